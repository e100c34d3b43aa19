//! The laboratory's site is what it says: a web application over TLS that a firewall protects, and that ends with its
//! test. The client here is a plain one that knows nothing of the laboratory but address and authority.

mod lab;

use std::error::Error as _;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lab::site::{Answers, Certificate, DOMAIN, Site, SiteOptions, Waf};

const SQL_INJECTION: &str = "/?id=1%27%20OR%20%271%27=%271";
const CROSS_SITE_SCRIPTING: &str = "/?q=%3Cscript%3Ealert(%27XSS%27)%3C/script%3E";

fn client(site: &Site) -> reqwest::Client {
    let ca = reqwest::Certificate::from_pem(&std::fs::read(site.ca_file()).unwrap()).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([ca])
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .resolve(site.domain(), site.https_address())
        .resolve(&format!("www.{}", site.domain()), site.https_address())
        .build()
        .unwrap()
}

async fn status(site: &Site, target: &str) -> u16 {
    client(site).get(site.url(target)).send().await.unwrap().status().as_u16()
}

/// The whole chain of causes of a request that must fail.
async fn refusal(site: &Site) -> String {
    let error = client(site).get(site.url("/")).send().await.expect_err("the certificate must be refused");
    let mut causes = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        causes = format!("{causes}: {inner}");
        cause = inner.source();
    }
    causes
}

#[tokio::test]
async fn people_are_served() {
    let site = Site::start(SiteOptions::default());
    let answer = client(&site).get(site.url("/?q=hello")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert!(answer.text().await.unwrap().contains(DOMAIN));

    for (target, app) in [("/health", "web"), ("/api/health", "api")] {
        let answer = client(&site).get(site.url(target)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{target}");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body, serde_json::json!({ "status": "ok", "app": app }));
    }
    assert_eq!(status(&site, "/no-such-page").await, 404);
    let www = format!("https://www.{DOMAIN}:{}/", site.https_port());
    assert_eq!(client(&site).get(www).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn plain_http_is_redirected_to_the_same_place_over_tls() {
    let site = Site::start(SiteOptions::default());
    let plain = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .resolve(site.domain(), site.http_address())
        .build()
        .unwrap();
    let url = format!("http://{DOMAIN}:{}/health?a=b", site.http_port());
    let answer = plain.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 301);
    assert_eq!(answer.headers()["location"], site.url("/health?a=b"));
}

#[tokio::test]
async fn the_firewall_refuses_attacks_and_the_log_shows_each_request() {
    let site = Site::start(SiteOptions::default());
    assert_eq!(status(&site, "/health").await, 200);
    assert_eq!(status(&site, SQL_INJECTION).await, 403);
    assert_eq!(status(&site, CROSS_SITE_SCRIPTING).await, 403);

    let log = site.access_log();
    let seen: Vec<(&str, &str, u16)> = log.iter().map(|a| (a.method.as_str(), a.target.as_str(), a.status)).collect();
    assert_eq!(
        seen,
        [("GET", "/health", 200), ("GET", SQL_INJECTION, 403), ("GET", CROSS_SITE_SCRIPTING, 403)],
        "what was asked, in order, nothing else"
    );
    assert!(log.iter().all(|access| access.scheme == "https" && access.host == DOMAIN && access.tls == "TLSv1.3"));
}

#[tokio::test]
async fn without_the_firewall_attacks_are_served() {
    let site = Site::start(SiteOptions { waf: Waf::Off, ..SiteOptions::default() });
    for target in ["/", SQL_INJECTION, CROSS_SITE_SCRIPTING] {
        assert_eq!(status(&site, target).await, 200, "{target}");
    }
}

#[tokio::test]
async fn a_site_that_answers_ok_to_everything_does() {
    let options = SiteOptions { waf: Waf::Off, answers: Answers::AlwaysOk, ..SiteOptions::default() };
    let site = Site::start(options);
    for target in ["/", "/health", "/no-such-page", SQL_INJECTION, CROSS_SITE_SCRIPTING] {
        assert_eq!(status(&site, target).await, 200, "{target}");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_refused_as_expired() {
    let site = Site::start(SiteOptions { certificate: Certificate::Expired, waf: Waf::Off, ..SiteOptions::default() });
    let causes = refusal(&site).await;
    assert!(causes.contains("certificate expired"), "{causes}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_for_its_name() {
    let options = SiteOptions { certificate: Certificate::WrongName, waf: Waf::Off, ..SiteOptions::default() };
    let site = Site::start(options);
    let causes = refusal(&site).await;
    assert!(causes.contains("not valid for name") && causes.contains("other.example"), "{causes}");
}

#[tokio::test]
async fn a_certificate_that_expires_soon_is_accepted() {
    let options = SiteOptions { certificate: Certificate::SoonExpiring, waf: Waf::Off, ..SiteOptions::default() };
    assert_eq!(status(&Site::start(options), "/").await, 200);
}

#[tokio::test]
async fn an_authority_that_is_not_the_sites_is_refused() {
    let site = Site::start(SiteOptions { waf: Waf::Off, ..SiteOptions::default() });
    let other = Site::start(SiteOptions { waf: Waf::Off, ..SiteOptions::default() });
    let error = client(&other).get(format!("https://{DOMAIN}:{}/", site.https_port())).send().await;
    assert!(error.is_err(), "each site has an authority of its own");
}

#[test]
fn nothing_is_left_when_the_site_is_dropped() {
    let site = Site::start(SiteOptions::default());
    let (pid, ports) = (site.pid(), [site.http_address(), site.https_address()]);
    let folder = site.ca_file().parent().unwrap().to_owned();
    assert!(group_is_alive(pid));
    drop(site);
    assert!(!group_is_alive(pid), "a process of nginx is left");
    for port in ports {
        assert!(TcpStream::connect(port).is_err(), "{port} still listens");
    }
    assert!(!folder.exists(), "the folder is left");
}

/// When this is set, the test below is the process that gets killed.
const VICTIM: &str = "RUNBOOK_LAB_VICTIM";

#[test]
fn the_site_ends_when_the_process_that_started_it_is_killed() {
    if std::env::var_os(VICTIM).is_some() {
        let site = Site::start(SiteOptions { waf: Waf::Off, ..SiteOptions::default() });
        let folder = site.ca_file().parent().unwrap().display();
        println!("victim {} {} {folder}", site.pid(), site.https_address());
        // Until the parent kills this process; should the parent die first, its end of the pipe closes.
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_site_ends_when_the_process_that_started_it_is_killed", "--nocapture"])
        .env(VICTIM, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    // libtest prints the test's name before it, without a line break.
    let line = lines.find_map(|line| line.unwrap().split_once("victim ").map(|(_, rest)| rest.to_owned())).unwrap();
    let parts: Vec<&str> = line.splitn(3, ' ').collect();
    let (pid, address): (i32, SocketAddr) = (parts[0].parse().unwrap(), parts[1].parse().unwrap());
    assert!(group_is_alive(pid));
    victim.kill().unwrap();
    victim.wait().unwrap();

    let begun = Instant::now();
    while group_is_alive(pid) || TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nginx outlived the process that started it");
        std::thread::yield_now();
    }
    // What was killed couldn't tidy up.
    std::fs::remove_dir_all(parts[2]).unwrap();
}

fn group_is_alive(pid: i32) -> bool {
    // A zombie that nobody has reaped yet still has its group, but runs nothing.
    let Ok(processes) = std::fs::read_dir("/proc") else { panic!("/proc is needed") };
    processes.flatten().any(|process| {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // The name in parentheses may hold spaces; after it come state, parent and process group.
        let fields: Vec<&str> = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
        fields.first().is_some_and(|state| *state != "Z")
            && fields.get(2).is_some_and(|group| *group == pid.to_string())
    })
}
