"""What many teams have today: drop everything, create it from the models, add demo data through the ORM.

DATABASE_URL names the database; the data is that of templates/demo."""
import csv
import datetime
import os
import pathlib
import sys

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Index, SmallInteger, Text, create_engine, func
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()
USERS = pathlib.Path(__file__).resolve().parent.parent.parent / "templates/demo/seeds/user.csv"


class User(Base):
    __tablename__ = "user"
    id = Column(BigInteger, primary_key=True)
    email = Column(Text, nullable=False, unique=True)
    name = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    updated_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())


class Task(Base):
    __tablename__ = "task"
    __table_args__ = (Index("idx_task_user_status_date", "user_id", "is_complete", "due_date"),)
    id = Column(BigInteger, primary_key=True)
    user_id = Column(BigInteger, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True)
    title = Column(Text, nullable=False)
    status = Column(Text, nullable=False, server_default="open")
    is_complete = Column(Boolean, nullable=False, server_default="false")
    due_date = Column(Date)
    priority = Column(SmallInteger, nullable=False, server_default="2")
    created_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    updated_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())


def main():
    engine = create_engine(os.environ["DATABASE_URL"])
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, open(USERS, encoding="utf-8", newline="") as file:
        session.add_all([User(id=int(row["id"]), email=row["email"], name=row["name"]) for row in csv.DictReader(file)])
        session.flush()
        for start in range(0, 100_000, 5_000):
            session.add_all([Task(user_id=1 + n % 10_000, title=f"Write the report #{n}", is_complete=n % 5 in (2, 4),
                                  due_date=datetime.date(2026, 1, 1) + datetime.timedelta(days=n * 37 % 365))
                             for n in range(start, start + 5_000)])
            session.flush()
        session.commit()


if __name__ == "__main__":
    sys.exit(main())
