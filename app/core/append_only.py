"""Database triggers that refuse to change or delete facts. Used by migrations; the SQL made here never changes,
for migrations that have run must stay what they were."""

from __future__ import annotations

from collections.abc import Sequence


def forbid_changes(dialect: str, table: str, columns: Sequence[str] = ()) -> list[str]:
    """Make the statements that let the database refuse DELETE on a table, and UPDATE (of `columns`, none: of any)."""
    of_columns = f" OF {', '.join(columns)}" if columns else ""
    message = f"{table} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for name, event in (("update", f"UPDATE{of_columns}"), ("delete", "DELETE"))
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of_columns} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


def forbid_changes_while_young(dialect: str, table: str, days: int, at: str = "OLD.at") -> list[str]:
    """Make the statements that let the database refuse UPDATE on a table always, and DELETE of a row until it is
    `days` old. `at` is the SQL that answers the moment of the row `OLD`."""
    message = f"{table} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {at} > datetime('now', '-{days} days') "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'UPDATE' OR {at} > now() - interval '{days} days' "
        f"THEN RAISE EXCEPTION '{message}'; END IF; RETURN OLD; END $$",
        *(
            f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
            for event in ("update", "delete")
        ),
    ]


def forbid_second_change(dialect: str, table: str, column: str) -> list[str]:
    """Make the statements that let the database refuse to change a column once it has been filled in."""
    message = f"{table}.{column} never changes"
    condition = f"OLD.{column} IS NOT NULL"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_{column}_once BEFORE UPDATE OF {column} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    return [
        f"CREATE FUNCTION {table}_{column}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {table}_{column}_once BEFORE UPDATE OF {column} ON {table} "
        f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {table}_{column}_refuse()",
    ]


def allow_second_change(dialect: str, table: str, column: str) -> list[str]:
    """Make the statements that take that refusal back (downgrades only)."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_{column}_once"]
    return [f"DROP TRIGGER {table}_{column}_once ON {table}", f"DROP FUNCTION {table}_{column}_refuse()"]


def forbid_truncation(dialect: str, tables: Sequence[str]) -> list[str]:
    """Make the statements that let PostgreSQL refuse TRUNCATE, which no trigger on rows sees. SQLite has none."""
    if dialect == "sqlite":
        return []
    return [
        "CREATE FUNCTION refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        *(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation()"
            for table in tables
        ),
    ]


def forbid_truncation_too(dialect: str, table: str) -> list[str]:
    """Make the statement that lets PostgreSQL refuse TRUNCATE of one more table; its function is there already."""
    if dialect == "sqlite":
        return []
    return [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation()"
    ]


def allow_only_emptying(dialect: str, table: str, texts: Sequence[str], never_changed: Sequence[str]) -> list[str]:
    """Make the statements after which an append-only table lets these texts become empty, and refuses all other
    changes as before. `never_changed` are all its other columns; none may be NULL."""
    same = [f"NEW.{column} = OLD.{column}" for column in never_changed]
    emptied = [f"(NEW.{column} = OLD.{column} OR NEW.{column} = '')" for column in texts]
    condition = f"NOT ({' AND '.join((*same, *emptied))})"
    if dialect == "sqlite":
        return [
            f"DROP TRIGGER {table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        ]
    return [
        f"DROP TRIGGER {table}_no_update ON {table}",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {table}_refuse()",
    ]


def refuse_emptying(dialect: str, table: str) -> list[str]:
    """Make the statements that let an append-only table refuse every change again (downgrades only)."""
    if dialect == "sqlite":
        return [
            f"DROP TRIGGER {table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        ]
    return [
        f"DROP TRIGGER {table}_no_update ON {table}",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


def allow_truncation(dialect: str, tables: Sequence[str]) -> list[str]:
    """Make the statements that take that refusal back (downgrades only)."""
    if dialect == "sqlite":
        return []
    drops = [f"DROP TRIGGER {table}_no_truncate ON {table}" for table in tables]
    return [*drops, "DROP FUNCTION refuse_truncation()"]


def allow_changes(dialect: str, table: str) -> list[str]:
    """Make the statements that take the refusal back (downgrades only)."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{name}" for name in ("update", "delete")]
    return [f"DROP TRIGGER {table}_no_{name} ON {table}" for name in ("update", "delete")] + [
        f"DROP FUNCTION {table}_refuse()"
    ]
