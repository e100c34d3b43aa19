//! The report of a run as a document: Markdown, and a page that a real browser shows.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::program::Home;

/// A run whose every foreign text tries to be more than text. The address is of a listener that nobody may reach.
fn hostile(address: &str) -> (Home, String) {
    let script = r#"const RUNBOOK = #{ name: "hostile", version: "1.0.0", permissions: ["process:* *", "fs:write note"],
    params: #{ who: #{ type: "string", defaults_to: "</dd><script>document.title='owned'</script>" } } };
step("look <img src=http://ADDRESS/step onerror=alert(1)>", || process::read(["printf", "%s", "</pre><script src=http://ADDRESS/x.js></script> **b** \u001b[31m"]));
step("change", || fs::write("note", "<style>@import 'http://ADDRESS/y.css'</style>"));
log("<link rel=stylesheet href=http://ADDRESS/z.css> [a](javascript:alert(1)) | x");
step("break", || fail("<iframe src=http://ADDRESS/f></iframe> `\n# owned\n</title>"));
"#;
    let home = Home::with(&[("runbooks/hostile.rhai", &script.replace("ADDRESS", address) as &str)]);
    let done = home.run(&["run", "hostile"]);
    assert_eq!(done.code, 1, "{done}");
    let run = home.newest_run();
    assert_eq!(home.run(&["note", &run, "<b onmouseover=alert(1)>said</b>"]).code, 0);
    (home, run)
}

#[test]
fn a_report_as_markdown_tells_everything_and_foreign_text_stays_text() {
    let (home, run) = hostile("127.0.0.1:9");
    let page = home.run(&["report", &run, "--format", "markdown"]);
    assert_eq!(page.code, 0, "{page}");
    for part in [
        &format!("# Report {run}") as &str,
        "**hash chain head**",
        "## Timeline",
        "## Steps",
        "`fs::write` [W=] ok",
        "Arguments:",
        "&lt;iframe src=http&#58;//",
        "&lt;b onmouseover=alert\\(1\\)&gt;said",
        &format!("- `runbook resume {run}`"),
    ] {
        assert!(page.stdout.contains(part), "{part}\n{page}");
    }
    // Outside blocks of code, where nothing is Markdown, no line holds a tag or is a heading of somebody else's.
    for line in page.stdout.lines().filter(|line| !line.starts_with("    ")) {
        assert!(!line.contains('<') && !line.starts_with("# owned"), "{line}");
    }
    let japanese = home.run(&["report", &run, "--format", "markdown", "--lang", "ja"]).stdout;
    assert!(japanese.contains("## 経過") && japanese.contains("ハッシュチェーンの先端"), "{japanese}");
    assert!(japanese.contains("完了") && !japanese.contains("finished"), "{japanese}");
}

#[test]
fn a_document_goes_to_a_private_file_and_wrong_use_is_told() {
    let (home, run) = hostile("127.0.0.1:9");
    let written = home.run(&["report", &run, "--format", "html", "-o", "r.html"]);
    assert!(
        written.code == 0 && written.stdout.is_empty() && written.stderr.contains("written to r.html"),
        "{written}"
    );
    let mode = std::fs::metadata(home.path("r.html")).expect("written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(home.run(&["report", &run, "-o", "r.html"]).code, 2, "a file needs a form");
    let both = home.run(&["report", &run, "--format", "html", "--output", "json"]);
    assert!(both.code == 2 && both.stderr.contains("leave one of them out"), "{both}");
    let nowhere = home.run(&["report", &run, "--format", "html", "-o", "none/r.html"]);
    assert!(nowhere.code == 2 && nowhere.stderr.contains("-o FILE"), "{nowhere}");
}

/// Asks the page, from a page around it, how wide it is in a frame of each width and what of it is more than text.
const AROUND: &str = r#"<!doctype html><title>around</title><body><script>
const told = [];
const look = width => new Promise(done => {
  const frame = document.createElement("iframe");
  frame.style = `width:${width}px;height:800px;border:0`;
  frame.onload = () => {
    const page = frame.contentDocument;
    told.push(`${width} fits=${page.documentElement.scrollWidth <= width} text=${page.body.innerText.includes("<iframe src=")}`
      + ` live=${page.querySelectorAll("script,img,iframe,link,[onerror],[onmouseover]").length} styles=${page.querySelectorAll("style").length}`
      + ` styled=${frame.contentWindow.getComputedStyle(page.body).maxWidth} title=${page.title.startsWith("Report r-")}`);
    done();
  };
  frame.src = "r.html";
  document.body.append(frame);
});
look(400).then(() => look(1200)).then(() => { document.body.innerHTML = "<pre></pre>"; document.body.firstChild.textContent = told.join(";"); });
</script>"#;

#[test]
fn a_page_shows_hostile_text_as_text_loads_nothing_and_fits_narrow_and_wide() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("set");
    let (home, run) = hostile(&listener.local_addr().expect("an address").to_string());
    assert_eq!(home.run(&["report", &run, "--format", "html", "-o", "r.html"]).code, 0);
    std::fs::write(home.path("around.html"), AROUND).expect("written");
    for page in ["r.html", "around.html"] {
        let seen = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--allow-file-access-from-files"])
            .args(["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"])
            .arg(format!("--user-data-dir={}", home.path("browser").display()))
            .arg(format!("file://{}", home.path(page).display()))
            .env("HOME", home.path(""))
            .output()
            .expect("the browser `chromium` is needed here: install the Debian package `chromium`");
        let dom = String::from_utf8_lossy(&seen.stdout);
        let log = String::from_utf8_lossy(&seen.stderr);
        assert!(seen.status.success(), "{log}");
        assert!(!log.contains("CONSOLE"), "the console of {page} is not empty:\n{log}");
        if page == "around.html" {
            for width in [400, 1200] {
                let told = format!("{width} fits=true text=true live=0 styles=1 styled=1120px title=true");
                assert!(dom.contains(&told), "{told}\n{dom}\n{log}");
            }
        } else {
            assert!(dom.contains("Content-Security-Policy") && dom.contains("default-src 'none'"), "{dom}");
        }
    }
    let reached = listener.accept().map(|(_, from)| from);
    assert!(reached.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "the page loaded something");
}
