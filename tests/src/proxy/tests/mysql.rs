//! MySQL's packets: a real conversation has the packets that are known by hand, with both ways to
//! end a result. Packets that real servers seldom send are recognised too.

use sqlx::{Connection as _, Executor as _, MySql};

use super::super::mysql::{DEPRECATE_EOF, MySql as Framed, UNKNOWN};
use super::super::wire::{Framing as _, Packet, Protocol};
use super::*;

const COLUMN: &str = "ColumnDefinition";

/// What the server sends while `work` runs, with EOF packets and without.
async fn conversation(work: impl AsyncFn(&mut sqlx::MySqlConnection)) -> [Vec<&'static str>; 2] {
    let mut conversations = [UNKNOWN, UNKNOWN | DEPRECATE_EOF].map(|_| Vec::new());
    for (hidden, conversation) in [UNKNOWN, UNKNOWN | DEPRECATE_EOF]
        .into_iter()
        .zip(&mut conversations)
    {
        let database = TestDatabase::<MySql>::with_accounts().await;
        database.run("CREATE PROCEDURE both_accounts() BEGIN SELECT id FROM accounts; SELECT 1 FROM accounts WHERE id = 9; END").await;
        let proxy = Proxy::start(database.address(), Protocol::MySql { hidden });
        let pool = database.pool_through(&proxy, options());
        let mut connection = pool.acquire().await.unwrap();
        let counted = proxy.count(async || work(&mut connection).await).await;
        // The proxy and the server agree on where the last answer ended.
        let held = proxy.hold(Way::ToClient, Point::Message(1));
        let ping = tokio::spawn(async move { connection.ping().await });
        held.reached().await;
        let kinds: Vec<_> = proxy
            .messages()
            .iter()
            .rev()
            .take(2)
            .map(|message| message.kind)
            .collect();
        assert_eq!(kinds, ["OK", "COM_PING"]);
        held.release();
        ping.await.unwrap().unwrap();
        conversation.extend(
            counted
                .messages
                .iter()
                .filter(|message| message.way == Way::ToClient)
                .map(|message| message.kind),
        );
    }
    conversations
}

#[tokio::test]
async fn proxy_understands_results() {
    let [ok, eof] = conversation(async |connection| {
        let all = sqlx::raw_sql(
            "SELECT id, cents FROM accounts; SET @a = 1; SELECT id FROM accounts WHERE id = 9",
        );
        assert_eq!(all.fetch_all(connection).await.unwrap().len(), 2);
    })
    .await;
    assert_eq!(
        ok,
        [
            "ColumnCount",
            COLUMN,
            COLUMN,
            "Row",
            "Row",
            "OK",
            "OK",
            "ColumnCount",
            COLUMN,
            "OK"
        ]
    );
    assert_eq!(
        eof,
        [
            "ColumnCount",
            COLUMN,
            COLUMN,
            "EOF",
            "Row",
            "Row",
            "EOF",
            "OK",
            "ColumnCount",
            COLUMN,
            "EOF",
            "EOF"
        ]
    );
}

#[tokio::test]
async fn proxy_understands_errors_in_the_middle() {
    let [ok, eof] = conversation(async |connection| {
        sqlx::raw_sql("SET @a = 1; SELECT nothing; SET @a = 2")
            .execute(&mut *connection)
            .await
            .expect_err("no such column");
        sqlx::query("SELECT nothing")
            .execute(&mut *connection)
            .await
            .expect_err("no such column");
        let rows =
            "SELECT id, (SELECT cents FROM accounts WHERE cents > accounts.id) FROM accounts";
        sqlx::raw_sql(rows)
            .execute(connection)
            .await
            .expect_err("more than one row");
    })
    .await;
    assert_eq!(ok[..3], ["OK", "ERR", "ERR"]);
    assert_eq!(ok.last(), Some(&"ERR"));
    assert_eq!(eof[..3], ok[..3]);
}

#[tokio::test]
async fn proxy_understands_prepared_statements() {
    let [ok, eof] = conversation(async |connection| {
        let row = sqlx::query_as::<_, (i64, i64)>("SELECT id, cents FROM accounts WHERE id = ?")
            .bind(1_i64);
        assert_eq!(row.fetch_one(&mut *connection).await.unwrap(), (1, 1000));
        sqlx::query("DO 1").execute(connection).await.unwrap();
    })
    .await;
    // One parameter and two columns; then neither.
    assert_eq!(
        ok,
        [
            "COM_STMT_PREPARE_OK",
            COLUMN,
            COLUMN,
            COLUMN,
            "ColumnCount",
            COLUMN,
            COLUMN,
            "Row",
            "OK",
            "COM_STMT_PREPARE_OK",
            "OK"
        ]
    );
    assert_eq!(
        eof,
        [
            "COM_STMT_PREPARE_OK",
            COLUMN,
            "EOF",
            COLUMN,
            COLUMN,
            "EOF",
            "ColumnCount",
            COLUMN,
            COLUMN,
            "EOF",
            "Row",
            "EOF",
            "COM_STMT_PREPARE_OK",
            "OK"
        ]
    );
}

#[tokio::test]
async fn proxy_understands_procedures() {
    let [ok, _] = conversation(async |connection| {
        sqlx::raw_sql("CALL both_accounts()")
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query("CALL both_accounts()")
            .execute(connection)
            .await
            .unwrap();
    })
    .await;
    let results = [
        "ColumnCount",
        COLUMN,
        "Row",
        "Row",
        "OK",
        "ColumnCount",
        COLUMN,
        "OK",
        "OK",
    ];
    assert_eq!(ok[..results.len()], results);
    assert_eq!(ok[ok.len() - results.len()..], results);
}

#[tokio::test]
async fn proxy_names_the_commands_and_what_they_run() {
    let (_database, proxy, pool) = start::<MySql>().await;
    let mut connection = pool.acquire().await.unwrap();
    let counted = proxy
        .count(async || {
            sqlx::query(SELECT)
                .persistent(false)
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            connection.execute("DO 1").await.unwrap();
            connection.execute(sqlx::query("DO 2")).await.unwrap();
            connection.ping().await.unwrap();
        })
        .await;
    let sent: Vec<_> = counted
        .messages
        .iter()
        .filter(|message| message.way == Way::ToServer)
        .collect();
    let sent: Vec<_> = sent
        .iter()
        .map(|message| (message.kind, message.text.as_str(), message.answered))
        .collect();
    assert_eq!(
        sent,
        [
            ("COM_STMT_PREPARE", SELECT, true),
            ("COM_STMT_EXECUTE", SELECT, true),
            ("COM_STMT_CLOSE", SELECT, false),
            ("COM_QUERY", "DO 1", true),
            ("COM_STMT_PREPARE", "DO 2", true),
            ("COM_STMT_EXECUTE", "DO 2", true),
            ("COM_PING", "", true),
        ]
    );
    assert_eq!(
        (counted.round_trips(), counted.pings()),
        (5, 1),
        "{:?}",
        counted.flights()
    );
    assert_eq!(counted.statements(), [SELECT, "DO 1", "DO 2"]);
}

#[tokio::test]
async fn proxy_hides_encryption_from_clients() {
    let (_database, proxy, pool) = start::<MySql>().await;
    let ssl: (String, String) = sqlx::query_as("SHOW STATUS LIKE 'Ssl_cipher'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(ssl.1, "");
    let kinds: Vec<_> = proxy
        .messages()
        .iter()
        .take(3)
        .map(|message| message.kind)
        .collect();
    assert_eq!(kinds, ["Handshake", "HandshakeResponse", "OK"]);
}

fn framed(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(payload.len()).unwrap().to_le_bytes();
    bytes[3] = sequence;
    [&bytes[..], payload].concat()
}

/// The packets of one side's bytes, which arrive one at a time.
fn take(framing: &mut Framed, way: Way, bytes: &[u8]) -> Vec<Packet> {
    let (mut arrived, mut packets) = (Vec::new(), Vec::new());
    for byte in bytes {
        arrived.push(*byte);
        packets.extend(framing.take(way, &mut arrived));
    }
    assert!(arrived.is_empty());
    packets
}

fn handshake() -> Vec<u8> {
    let version = b"\x0a5.5.5-10.11\0";
    let rest = [
        [0xff; 4].as_slice(),
        &[b'a'; 8],
        &[0],
        &[0xff, 0xff],
        &[45],
        &[2, 0],
        &[0xff, 0xff],
        &[0; 24],
    ]
    .concat();
    framed(0, &[version, rest.as_slice()].concat())
}

#[test]
fn proxy_hides_what_it_does_not_know() {
    let mut framing = Framed::hiding(UNKNOWN);
    let greeting = take(&mut framing, Way::ToClient, &handshake()).remove(0);
    let flags = handshake().len() - 24 - 7;
    let [low, high] = [flags, flags + 5]
        .map(|at| u16::from_le_bytes(greeting.bytes[at..at + 2].try_into().unwrap()));
    assert_eq!((u32::from(high) << 16) | u32::from(low), !UNKNOWN);
    assert_eq!(greeting.bytes.len(), handshake().len());
}

#[test]
fn proxy_follows_a_login_in_several_steps() {
    let mut framing = Framed::hiding(UNKNOWN);
    let to_client = |framing: &mut Framed, sequence, payload: &[u8]| {
        take(framing, Way::ToClient, &framed(sequence, payload))
            .remove(0)
            .kind
    };
    let to_server = |framing: &mut Framed, sequence, payload: &[u8]| {
        take(framing, Way::ToServer, &framed(sequence, payload))
            .remove(0)
            .kind
    };
    take(&mut framing, Way::ToClient, &handshake());
    assert_eq!(to_server(&mut framing, 1, &[0xff; 40]), "HandshakeResponse");
    assert_eq!(
        to_client(&mut framing, 2, b"\xfecaching_sha2_password\0"),
        "AuthSwitchRequest"
    );
    assert_eq!(to_server(&mut framing, 3, b"\x03scrambled"), "AuthResponse");
    assert_eq!(to_client(&mut framing, 4, b"\x01\x04"), "AuthMoreData");
    assert_eq!(to_server(&mut framing, 5, b"\x02"), "AuthResponse");
    assert_eq!(
        to_client(&mut framing, 6, b"\x00\x00\x00\x02\x00\x00\x00"),
        "OK"
    );
    assert_eq!(to_server(&mut framing, 0, b"\x0e"), "COM_PING");
    assert_eq!(
        to_client(&mut framing, 1, b"\x00\x00\x00\x02\x00\x00\x00"),
        "OK"
    );
    // The server sends this without a command.
    assert_eq!(
        to_client(&mut framing, 0, b"\xff\x87\x07#70100killed"),
        "ERR"
    );
}

/// A message that does not fit into one packet continues in the next, and is one message.
#[test]
fn proxy_joins_the_packets_of_a_long_message() {
    let mut framing = Framed::hiding(UNKNOWN);
    take(&mut framing, Way::ToClient, &handshake());
    take(&mut framing, Way::ToServer, &framed(1, &[0xff; 40]));
    take(
        &mut framing,
        Way::ToClient,
        &framed(2, &[0, 0, 0, 2, 0, 0, 0]),
    );
    let full = framed(0, &[[3].as_slice(), &vec![b'x'; 0xff_ff_fe]].concat());
    for rest in [b"yz".as_slice(), b""] {
        let mut bytes = full.clone();
        assert!(framing.take(Way::ToServer, &mut bytes).is_none());
        bytes.extend(framed(1, rest));
        bytes.extend(framed(0, b"\x0e"));
        let query = framing.take(Way::ToServer, &mut bytes).unwrap();
        assert_eq!(
            (query.kind, query.bytes.len()),
            ("COM_QUERY", full.len() + 4 + rest.len())
        );
        assert_eq!(
            framing.take(Way::ToServer, &mut bytes).unwrap().kind,
            "COM_PING"
        );
        assert!(bytes.is_empty());
    }
}
