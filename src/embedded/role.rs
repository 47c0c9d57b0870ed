//! The database role of the program: it owns its database, and unlike the server's owner, it can neither read files of the
//! machine nor run commands there.

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use super::{DATABASE, OWNER, PROGRAM, options};
use crate::secrets::Secret;

/// Makes the role the owner of the schema, tables and everything else in it that an earlier release or a restored backup made
/// as the server's owner. Indexes and the sequences of columns follow their tables.
const HAND_OVER: &str = "
    DO $$
    DECLARE thing record;
    BEGIN
        FOR thing IN
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END
                       AS kind, c.oid::regclass::text AS name
            FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = 'OWNER'::regrole AND c.relkind IN ('r', 'p', 'S', 'v', 'm')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
            UNION ALL
            SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = 'OWNER'::regrole
            UNION ALL
            SELECT 'TYPE', t.oid::regtype::text FROM pg_type t
            WHERE t.typnamespace = 'public'::regnamespace AND t.typowner = 'OWNER'::regrole AND t.typtype IN ('e', 'd')
            UNION ALL
            SELECT 'SCHEMA', n.nspname::text FROM pg_namespace n WHERE n.nspname = 'public' AND n.nspowner = 'OWNER'::regrole
        LOOP
            EXECUTE format('ALTER %s %s OWNER TO PROGRAM', thing.kind, thing.name);
        END LOOP;
    END $$";

/// Connects as the role, which may not exist yet.
pub(super) async fn connect(port: u16, program: &Secret) -> sqlx::Result<PgConnection> {
    options(port, (PROGRAM, program), DATABASE).connect().await
}

/// Makes the role and the database if they are missing. `may_create` lets the role make more databases, for tests.
pub(super) async fn make(port: u16, owner: &Secret, program: &Secret, may_create: bool) -> sqlx::Result<()> {
    let mut server = options(port, (OWNER, owner), "postgres").connect().await?;
    let there = sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
    if !there.bind(DATABASE).fetch_one(&mut server).await? {
        server.execute(AssertSqlSafe(format!("CREATE DATABASE {DATABASE}"))).await?;
    }
    server.close().await?;
    let mut database = options(port, (OWNER, owner), DATABASE).connect().await?;
    hand_over(&mut database, program, may_create).await?;
    database.close().await
}

/// Makes the role and hands everything over, once, in one transaction: after a crash the role does not exist, and all of it is
/// repeated.
async fn hand_over(database: &mut PgConnection, program: &Secret, may_create: bool) -> sqlx::Result<()> {
    let there = sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)");
    let verb = if there.bind(PROGRAM).fetch_one(&mut *database).await? { "ALTER" } else { "CREATE" };
    let may = if may_create { "CREATEDB" } else { "NOCREATEDB" };
    // The password contains hexadecimal digits only, so it needs no escaping.
    let role = format!(
        "{verb} ROLE {PROGRAM} LOGIN NOSUPERUSER {may} NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{}'",
        program.expose()
    );
    let statements = [
        role,
        format!("ALTER DATABASE {DATABASE} OWNER TO {PROGRAM}"),
        HAND_OVER.replace("OWNER'", &format!("{OWNER}'")).replace("PROGRAM", PROGRAM),
    ];
    let mut transaction = Connection::begin(database).await?;
    for statement in statements {
        transaction.execute(AssertSqlSafe(statement)).await?;
    }
    transaction.commit().await
}
