//! The scan of what leaves: how fast text without secrets passes while secrets are live.

use runbook::model::secret::SecretRef;
use runbook::world::secrets::{Scan, Secrets};
use zeroize::Zeroizing;

use crate::report::{tell, timed};

const ROUNDS: usize = 7;

/// 8 MiB of what a program like terraform says.
fn log() -> String {
    let mut text = String::with_capacity(8 << 20);
    let mut n = 0_u64;
    while text.len() < 8 << 20 {
        n += 1;
        text.push_str(&format!(
            "aws_ecs_service.web[{n}]: Still modifying... [id=arn:aws:ecs:ap-northeast-1:111122223333:service/web-{n}, {n}s elapsed]\n"
        ));
    }
    text
}

pub fn scan() {
    let secrets = Secrets::new("n");
    let key = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(26);
    let values = [
        "AKIAIOSFODNN7EXAMPLE".to_owned(),
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        "postgres://app:s3cret-password@db.internal:5432/app".to_owned(),
        r#"{"username":"app","password":"p@ss w'ord"}"#.to_owned(),
        "hunter".to_owned(),
        format!("-----BEGIN PRIVATE KEY-----\n{key}-----END PRIVATE KEY-----\n"),
    ];
    let learned = timed(|| {
        for (n, value) in values.into_iter().enumerate() {
            let reference = SecretRef { provider: "bench".to_owned(), name: n.to_string() };
            secrets.add(reference, Zeroizing::new(value));
        }
    });
    tell("six secrets, one of them a key of 1.7 KB, made known", &[learned]);
    let text = log();
    let whole: Vec<_> = (0..ROUNDS).map(|_| timed(|| assert_eq!(secrets.mask(&text).len(), text.len()))).collect();
    tell("8 MiB of log looked at as one text", &whole);
    let streamed: Vec<_> = (0..ROUNDS)
        .map(|_| {
            timed(|| {
                let (mut scan, mut out) = (Scan::new(&secrets), Vec::with_capacity(text.len()));
                text.as_bytes().chunks(16 << 10).for_each(|piece| scan.take(piece, &mut out));
                scan.finish(&mut out);
                assert_eq!(out.len(), text.len());
            })
        })
        .collect();
    tell("the same as a stream in pieces of 16 KiB", &streamed);
}
