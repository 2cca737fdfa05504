//! Each fault, in each direction.

use sqlx::Connection as _;

use super::*;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

on_each_server! {
    /// The call fails with the expected error. It took effect if only its answer was lost.
    #[tokio::test]
    async fn proxy_ends_the_connection_at_commit() {
        let database = TestDatabase::<DB>::with_accounts().await;
        for (fault, way, applied, kind) in [
            (Fault::Cut, Way::ToServer, false, ErrorKind::UnexpectedEof),
            (Fault::Cut, Way::ToClient, true, ErrorKind::UnexpectedEof),
            (Fault::Reset, Way::ToServer, false, ErrorKind::ConnectionReset),
            (Fault::Reset, Way::ToClient, true, ErrorKind::ConnectionReset),
            (Fault::HalfClose, Way::ToServer, false, ErrorKind::UnexpectedEof),
            (Fault::HalfClose, Way::ToClient, true, ErrorKind::UnexpectedEof),
        ] {
            let (proxy, pool) = through(&database);
            let before = cents(&database).await;
            let trigger = proxy.inject(way, Point::Commit, fault);
            let error = add_a_cent!(pool).await.expect_err("the connection is gone");
            assert!(matches!(&error, sqlx::Error::Io(io) if io.kind() == kind), "{fault:?} {way:?}: {error:?}");
            assert_eq!(trigger.fired(), 1);
            // Both sides end the connection.
            until("both sides end", async || proxy.connections() == 0).await;
            assert_eq!(cents(&database).await - before, i64::from(applied), "{fault:?} {way:?}");
        }
    }

    #[tokio::test]
    async fn proxy_says_nothing_at_commit() {
        let database = TestDatabase::<DB>::with_accounts().await;
        for (fault, way, applied) in [
            (Fault::BlackHole, Way::ToServer, false),
            (Fault::BlackHole, Way::ToClient, true),
            (Fault::SwallowAnswer, Way::ToServer, true),
            (Fault::SwallowAnswer, Way::ToClient, true),
            (Fault::Hold, Way::ToServer, false),
            (Fault::Hold, Way::ToClient, true),
        ] {
            let (proxy, pool) = through(&database);
            let before = cents(&database).await;
            let trigger = proxy.inject(way, Point::Commit, fault);
            let call = tokio::spawn(async move { add_a_cent!(pool).await });
            trigger.reached().await;
            assert_eq!(cents(&database).await - before, i64::from(applied), "{fault:?} {way:?}");
            assert!(!call.is_finished(), "{fault:?} {way:?}");
            if fault == Fault::Hold {
                trigger.release();
                call.await.unwrap().unwrap();
                assert_eq!(cents(&database).await, before + 1);
            } else {
                proxy.cut();
                let error = call.await.unwrap().expect_err("the connection is gone");
                assert!(matches!(&error, sqlx::Error::Io(io) if io.kind() == ErrorKind::UnexpectedEof), "{error:?}");
            }
        }
    }

    /// Whether the server learns that the client has disconnected.
    #[tokio::test]
    async fn proxy_swallows_an_answer_and_carries_the_goodbye_but_no_black_hole_does() {
        for fault in [Fault::BlackHole, Fault::SwallowAnswer] {
            let (database, proxy, _) = start::<DB>().await;
            let mut connection = connect(&database, &proxy).await;
            let trigger = proxy.inject(Way::ToClient, Point::Commit, fault);
            let call = tokio::spawn(async move { add_a_cent!(connection).await });
            trigger.reached().await;
            call.abort();
            call.await.expect_err("it was aborted");
            if fault == Fault::SwallowAnswer {
                until("both sides end", async || proxy.connections() == 0).await;
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                assert_eq!(proxy.connections(), 1);
            }
        }
    }

    #[tokio::test]
    async fn proxy_delays_in_both_directions() {
        for way in [Way::ToServer, Way::ToClient] {
            let (_database, proxy, pool) = start::<DB>().await;
            let trigger = proxy.inject(way, Point::Begin, Fault::Delay(Duration::from_millis(50)));
            let begun = std::time::Instant::now();
            add_a_cent!(pool).await.unwrap();
            assert!(begun.elapsed() >= Duration::from_millis(50) && trigger.is_reached());
        }
    }

    #[tokio::test]
    async fn proxy_splits_from_a_message_on_in_both_directions() {
        for way in [Way::ToServer, Way::ToClient] {
            let (database, proxy, pool) = start::<DB>().await;
            let trigger = proxy.inject_each(way, Point::Message(1), Fault::Split(1));
            add_a_cent!(pool).await.unwrap();
            assert!(trigger.is_reached());
            assert_eq!(cents(&database).await, 1001);
        }
    }

    /// Two rules match one message: it is delayed, and then lost.
    #[tokio::test]
    async fn proxy_does_all_that_is_due_at_a_message() {
        let (database, proxy, pool) = start::<DB>().await;
        let late = proxy.hold(Way::ToServer, Point::Commit);
        let never = proxy.inject(Way::ToServer, Point::Sql("COMMIT"), Fault::Cut);
        let call = tokio::spawn(async move { add_a_cent!(pool).await });
        late.reached().await;
        late.release();
        call.await.unwrap().expect_err("the connection is gone");
        assert_eq!((late.fired(), never.fired()), (1, 1));
        assert_eq!(cents(&database).await, 1000);
    }
}

/// A server that sends `ReadyForQuery` once the client has closed its side. Returns how many bytes
/// it got, in how many reads.
async fn listener() -> (SocketAddr, tokio::task::JoinHandle<(usize, usize)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let (mut told, mut reads) = (Vec::new(), 0);
        while client.read_buf(&mut told).await.unwrap() > 0 {
            reads += 1;
        }
        client.write_all(b"Z\0\0\0\x05I").await.unwrap();
        (told.len(), reads)
    });
    (address, server)
}

/// `StartupMessage`, and two queries of 1000 bytes.
fn words() -> Vec<u8> {
    let mut bytes = b"\0\0\0\x08\0\x03\0\0".to_vec();
    for _ in 0..2 {
        bytes.extend(b"Q\0\0\x03\xe7");
        bytes.resize(bytes.len() + 995, b'x');
    }
    bytes
}

#[tokio::test]
async fn proxy_closes_one_direction_and_carries_the_other() {
    let (address, server) = listener().await;
    let proxy = Proxy::postgres(address);
    let trigger = proxy.inject(Way::ToServer, Point::Statement(2), Fault::HalfClose);
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(&words()).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"Z\0\0\0\x05I");
    assert_eq!(server.await.unwrap().0, 1008);
    assert!(trigger.is_reached());
}

/// A cut does not reset the connection, even if the proxy has not read all bytes.
#[tokio::test]
async fn proxy_cuts_without_a_reset_what_is_still_sending() {
    let (address, server) = listener().await;
    let proxy = Proxy::postgres(address);
    let trigger = proxy.inject(Way::ToServer, Point::Message(1), Fault::Cut);
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    // More than fits into the socket buffers.
    client
        .write_all(&words().repeat(5000))
        .await
        .expect("the proxy reads it");
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.expect("the end");
    assert!(answer.is_empty() && trigger.is_reached());
    assert_eq!(server.await.unwrap().0, 0);
}

#[tokio::test]
async fn proxy_passes_on_that_a_side_has_nothing_more_to_say() {
    let (address, server) = listener().await;
    let proxy = Proxy::postgres(address);
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(&words()).await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert_eq!((answer.len(), server.await.unwrap().0), (6, 2008));
}

#[tokio::test]
async fn proxy_sends_the_server_pieces_in_packets_of_their_own() {
    let (address, server) = listener().await;
    let proxy = Proxy::postgres(address);
    let split = proxy.inject(Way::ToServer, Point::Statement(1), Fault::Split(10));
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(&words()).await.unwrap();
    client.shutdown().await.unwrap();
    let (told, reads) = server.await.unwrap();
    assert_eq!((told, split.fired()), (2008, 1));
    assert!(reads > 20, "{reads} reads");
}
