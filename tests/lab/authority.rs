//! A certificate authority of the laboratory's own, made anew for each peer: nothing trusts it but the test.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    ca_file: PathBuf,
}

/// Where a certificate (with its chain) and its key were written, both as PEM.
pub struct Issued {
    pub chain_file: PathBuf,
    pub key_file: PathBuf,
}

impl Authority {
    /// Makes an authority and writes its certificate to `ca.pem` in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self::called("laboratory root CA", folder)
    }

    /// The same with a name of its own.
    pub fn called(name: &str, folder: &Path) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // Older than every certificate it issues, the expired one included.
        params.not_before = (SystemTime::now() - 365 * DAY).into();
        params.not_after = (SystemTime::now() + 365 * DAY).into();
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let ca_file = folder.join("ca.pem");
        std::fs::write(&ca_file, issuer.pem()).unwrap();
        std::fs::write(folder.join("ca.key"), issuer.key().serialize_pem()).unwrap();
        Self { issuer, ca_file }
    }

    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// Issues a server certificate for `names` and writes it beside the authority's own as `NAME.pem`, `NAME.key`.
    pub fn issue(&self, name: &str, names: &[&str], not_before: SystemTime, not_after: SystemTime) -> Issued {
        let params = params(names, not_before, not_after);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        self.write(name, &(certificate.pem() + self.issuer.pem().as_str()), &key)
    }

    /// The same, signed by nobody but itself.
    pub fn issue_by_itself(&self, name: &str, names: &[&str], not_before: SystemTime, not_after: SystemTime) -> Issued {
        let key = KeyPair::generate().unwrap();
        let certificate = params(names, not_before, not_after).self_signed(&key).unwrap();
        self.write(name, &certificate.pem(), &key)
    }

    fn write(&self, name: &str, chain: &str, key: &KeyPair) -> Issued {
        let chain_file = self.ca_file.with_file_name(format!("{name}.pem"));
        let key_file = self.ca_file.with_file_name(format!("{name}.key"));
        std::fs::write(&chain_file, chain).unwrap();
        std::fs::write(&key_file, key.serialize_pem()).unwrap();
        Issued { chain_file, key_file }
    }
}

fn params(names: &[&str], not_before: SystemTime, not_after: SystemTime) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let subject = common_name(&names[0]);
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = subject;
    params.not_before = not_before.into();
    params.not_after = not_after.into();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params
}

fn common_name(name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject
}
