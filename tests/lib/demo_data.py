"""The demo's data in the sizes and shapes that tests want.

    demo_data.py tasks FILE [ROWS]      a CSV for the table task

bad_row of write_tasks() makes a seed fail at a known line."""
import sys

TITLES = ("Write the report", "Review the migration", "Plan the budget", "Fix the release", "Ship the tests")
STATUS = ("open", "doing", "done", "open", "done")


def write_tasks(path, rows=100_000, users=10_000, bad_row=None, bad_text="not a number"):
    """Writes `rows` tasks as CSV. The header is line 1, so row N stands in line N + 1; row `bad_row` has a user_id
    that no number parser takes."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("user_id,title,status,is_complete,due_date\n")
        for number in range(1, rows + 1):
            user = bad_text if number == bad_row else 1 + number % users
            kind = number % 5
            file.write(f"{user},{TITLES[kind]} #{number},{STATUS[kind]},{'true' if kind in (2, 4) else 'false'},"
                       f"2026-{1 + number % 12:02}-{1 + number % 28:02}\n")


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] != "tasks":
        sys.exit(__doc__)
    write_tasks(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100_000)
