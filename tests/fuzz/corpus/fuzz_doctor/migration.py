def upgrade():
    op.execute("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"")
    # CREATE EXTENSION nothing
    op.execute('create  extension pg_trgm;')
