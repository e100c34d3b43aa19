//! The first message of a client, written by hand: our TLS library speaks no version before 1.2, and can't offer what it does not
//! know. Only the server's first answer is read, so no keys are needed.

use tls_parser::{TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_extensions, parse_tls_message_handshake};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::offers::Version;

/// Extension numbers (IANA, "TLS ExtensionType Values").
const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// x25519, secp256r1, secp384r1, secp521r1, ffdhe2048, ffdhe3072 (IANA, "TLS Supported Groups").
const GROUPS: [u16; 6] = [0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101];

/// ECDSA, RSA-PSS, RSA and EdDSA with SHA-2, and those with SHA-1 that old versions need (IANA, "TLS SignatureScheme").
const SCHEMES: [u16; 14] =
    [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];

/// The largest record (RFC 8446 §5.1), and what it may grow by when it is encrypted.
const RECORD_MAX: usize = (1 << 14) + 2048;

/// Offers `ciphers` in `version` alone, and gives the one that the server takes; nothing when it takes none.
///
/// # Errors
/// A connection that breaks before the server has said yes or no.
pub async fn offer(
    mut stream: TcpStream,
    version: Version,
    ciphers: &[u16],
    server_name: Option<&str>,
) -> std::io::Result<Option<u16>> {
    stream.write_all(&record(version, ciphers, server_name)).await?;
    let mut handshake = Vec::new();
    loop {
        let mut header = [0; 5];
        if let Err(error) = stream.read_exact(&mut header).await {
            // Many servers say no by closing the door.
            let is_no = matches!(
                error.kind(),
                std::io::ErrorKind::UnexpectedEof
                    | std::io::ErrorKind::ConnectionReset
                    | std::io::ErrorKind::BrokenPipe
            );
            return if is_no { Ok(None) } else { Err(error) };
        }
        let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
        if header[0] != HANDSHAKE || length > RECORD_MAX {
            return Ok(None);
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        handshake.extend_from_slice(&body);
        let whole = handshake.get(1..4).map(|size| size.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)) + 4);
        if let Some(message) = whole.and_then(|whole| handshake.get(..whole)) {
            return Ok(taken(message, version));
        }
        if handshake.len() > RECORD_MAX {
            return Ok(None);
        }
    }
}

/// The content type of a handshake record (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;

fn taken(message: &[u8], version: Version) -> Option<u16> {
    let (_, TlsMessage::Handshake(TlsMessageHandshake::ServerHello(hello))) =
        parse_tls_message_handshake(message).ok()?
    else {
        return None;
    };
    // From 1.3 on the version stands in an extension, and the old field stays at 1.2 (RFC 8446 §4.1.3).
    let extensions = hello.ext.and_then(|bytes| parse_tls_extensions(bytes).ok()).map(|(_, list)| list);
    let said = extensions.into_iter().flatten().find_map(|extension| match extension {
        TlsExtension::SupportedVersions(versions) => versions.first().map(|version| version.0),
        _ => None,
    });
    (said.unwrap_or(hello.version.0) == version.number()).then_some(hello.cipher.0)
}

/// A ClientHello in its record (RFC 5246 §7.4.1.2, RFC 8446 §4.1.2).
fn record(version: Version, ciphers: &[u16], server_name: Option<&str>) -> Vec<u8> {
    let is_13 = version == Version::Tls13;
    let old = version.number().min(Version::Tls12.number());
    let mut random = [0; 32];
    // What stands here is only to differ; without randomness zeros do.
    let _zeros = getrandom::fill(&mut random);
    let mut extensions = Vec::new();
    if let Some(name) = server_name {
        let entry = [&[0][..], &sized(name.as_bytes())].concat();
        extension(&mut extensions, SERVER_NAME, &sized(&entry));
    }
    extension(&mut extensions, SUPPORTED_GROUPS, &sized(&words(&GROUPS)));
    extension(&mut extensions, EC_POINT_FORMATS, &[1, 0]);
    if version >= Version::Tls12 {
        extension(&mut extensions, SIGNATURE_ALGORITHMS, &sized(&words(&SCHEMES)));
    }
    extension(&mut extensions, RENEGOTIATION_INFO, &[0]);
    if is_13 {
        extension(&mut extensions, SUPPORTED_VERSIONS, &[2, 3, 4]);
        // No share: the server asks for one, and names the cipher as it does.
        extension(&mut extensions, KEY_SHARE, &[0, 0]);
    }
    let hello = [&old.to_be_bytes()[..], &random, &[0], &sized(&words(ciphers)), &[1, 0], &sized(&extensions)].concat();
    let length = u32::try_from(hello.len()).unwrap_or(u32::MAX).to_be_bytes();
    let message = [&[1][..], &length[1..], &hello].concat();
    // Old servers know no newer version in this place than 1.0.
    [&[HANDSHAKE, 3, 1][..], &sized(&message)].concat()
}

fn extension(list: &mut Vec<u8>, number: u16, body: &[u8]) {
    list.extend_from_slice(&number.to_be_bytes());
    list.extend_from_slice(&sized(body));
}

/// `body` after its length in two bytes.
fn sized(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], body].concat()
}

fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use tls_parser::parse_tls_plaintext;

    use super::*;

    #[test]
    fn what_is_offered_is_read_by_a_parser_as_it_was_meant() {
        for (version, field) in [(Version::Tls10, 0x0301), (Version::Tls12, 0x0303), (Version::Tls13, 0x0303)] {
            let bytes = record(version, &[0xc02f, 0x1301], Some("shop.example"));
            let (rest, plain) = parse_tls_plaintext(&bytes).expect("a record");
            assert!(rest.is_empty());
            let Some(TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))) = plain.msg.first() else {
                panic!("no hello")
            };
            assert_eq!(hello.version.0, field);
            assert_eq!(hello.ciphers.iter().map(|cipher| cipher.0).collect::<Vec<_>>(), [0xc02f, 0x1301]);
            let (rest, extensions) = parse_tls_extensions(hello.ext.expect("extensions")).expect("extensions");
            assert!(rest.is_empty());
            assert!(extensions.iter().any(
                |extension| matches!(extension, TlsExtension::SNI(names) if names[0].1 == b"shop.example".as_slice())
            ));
            let newest = extensions.iter().any(|extension| matches!(extension, TlsExtension::SupportedVersions(_)));
            assert_eq!(newest, version == Version::Tls13);
        }
    }
}
