//! `fs::` with real files.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use runbook::model::failure::FailureKind;
use runbook::model::value::Value;
use runbook::world::Settled;
use serde_json::json;

use crate::host::{Host, declaration, given, member};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("there").permissions().mode() & 0o7777
}

#[tokio::test]
async fn what_is_written_is_read_again() {
    let host = Host::new();
    for text in ["", "one\n", "日本語 \u{0}\r\n", &"x".repeat(8 << 20)] {
        host.call("fs::write", json!(["a/b/file", text])).await.expect("writes");
        assert_eq!(host.call("fs::read", json!(["a/b/file"])).await.expect("reads"), Value::from(text));
    }
    std::fs::write(host.path("bytes"), [0xff, 0x00]).expect("write");
    let bytes = host.call("fs::read", json!(["bytes", { "form": "bytes" }])).await.expect("reads");
    assert_eq!(bytes, Value::Bytes(vec![0xff, 0x00]));
    let failure = host.call("fs::read", json!(["bytes"])).await.expect_err("no text");
    assert!(failure.kind == FailureKind::Failed && failure.hint.expect("hint").contains("bytes"));
}

#[tokio::test]
async fn files_and_folders_are_private_unless_asked_otherwise() {
    let host = Host::new();
    rustix::process::umask(rustix::fs::Mode::empty());
    host.call("fs::write", json!(["new/deep/file", "x"])).await.expect("writes");
    assert_eq!(
        [mode(&host.path("new")), mode(&host.path("new/deep")), mode(&host.path("new/deep/file"))],
        [0o700, 0o700, 0o600]
    );
    host.call("fs::write", json!(["new/open", "x", { "mode": "0644" }])).await.expect("writes");
    assert_eq!(mode(&host.path("new/open")), 0o644);
    // An existing file gets the mode that is asked for, with the same content too.
    let again = host.call("fs::write", json!(["new/open", "x"])).await.expect("writes");
    assert_eq!((mode(&host.path("new/open")), member(&again, "changed")), (0o600, &Value::Bool(true)));
}

#[tokio::test]
async fn writing_the_same_again_changes_nothing_and_leaves_nothing_beside() {
    let host = Host::new();
    let first = host.call("fs::write", json!(["file", "text"])).await.expect("writes");
    let before = std::fs::metadata(host.path("file")).expect("there").modified().expect("time");
    let second = host.call("fs::write", json!(["file", "text"])).await.expect("writes");
    assert_eq!((member(&first, "changed"), member(&second, "changed")), (&Value::Bool(true), &Value::Bool(false)));
    assert_eq!(std::fs::metadata(host.path("file")).expect("there").modified().expect("time"), before);
    // What a crash left beside the file goes when the call is made again.
    std::fs::write(host.path(&format!(".runbook-{}.part", host.token)), "half").expect("write");
    host.call("fs::write", json!(["file", "other"])).await.expect("writes");
    let names: Vec<_> =
        std::fs::read_dir(host.project.path()).expect("list").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(names, ["file"]);
}

#[tokio::test]
async fn a_write_that_fails_leaves_the_old_file_and_nothing_beside() {
    let host = Host::new();
    std::fs::create_dir_all(host.path("folder/inner")).expect("folder");
    std::fs::write(host.path("file"), "old").expect("write");
    for (path, why) in [("folder", "not a file"), ("file/below", "`file` is not a folder")] {
        let failure = host.call("fs::write", json!([path, "x"])).await.expect_err(why);
        assert!(failure.kind == FailureKind::Failed && failure.message.contains(why), "{failure}");
    }
    let name = "n".repeat(300);
    host.call("fs::write", json!([name, "x"])).await.expect_err("the name is too long");
    let mut names: Vec<_> =
        std::fs::read_dir(host.project.path()).expect("list").map(|e| e.expect("entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["file", "folder"]);
    assert_eq!(host.read("file"), "old");
}

#[tokio::test]
async fn a_secret_is_written_as_its_value() {
    let host = Host::new();
    let token = host.secret("password", "hunter2-and-more");
    host.call("fs::write", json!([".env", format!("PASSWORD={token}\n")])).await.expect("writes");
    assert_eq!(host.read(".env"), "PASSWORD=hunter2-and-more\n");
    assert_eq!(declaration("fs::write").sinks().collect::<Vec<_>>(), ["text"]);
}

#[tokio::test]
async fn no_call_reaches_outside_the_project() {
    let host = Host::new();
    let outside = tempfile::tempdir().expect("folder");
    std::fs::write(outside.path().join("secret"), "outside").expect("write");
    symlink(outside.path(), host.path("out")).expect("link");
    symlink(outside.path().join("secret"), host.path("file")).expect("link");
    symlink("/nowhere", host.path("dangling")).expect("link");
    std::fs::create_dir(host.path("sub")).expect("folder");
    symlink("..", host.path("sub/up")).expect("link");
    let absolute = outside.path().join("secret");
    let absolute = absolute.to_str().expect("path");
    let paths = [
        absolute,
        "/etc/passwd",
        "//etc/passwd",
        "../secret",
        "..",
        "sub/../../secret",
        "./../x",
        "sub/..",
        "out/secret",
        "out/new",
        "file",
        "dangling",
        "sub/up/file",
        "sub/up/../../x",
        "out/../x",
    ];
    for path in paths {
        for name in ["fs::read", "fs::exists", "fs::list", "fs::remove", "fs::write"] {
            let arguments = if name == "fs::write" { json!([path, "x"]) } else { json!([path]) };
            let failure = host.call(name, arguments).await.expect_err(path);
            assert_eq!(failure.kind, FailureKind::Refused, "{name} {path}: {failure}");
        }
    }
    let left: Vec<_> =
        std::fs::read_dir(outside.path()).expect("list").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(left, ["secret"]);
    assert_eq!(std::fs::read_to_string(outside.path().join("secret")).expect("read"), "outside");
}

#[tokio::test]
async fn a_folder_swapped_for_a_link_again_and_again_never_leads_outside() {
    let host = Host::new();
    let outside = tempfile::tempdir().expect("folder");
    std::fs::write(outside.path().join("file"), "outside").expect("write");
    std::fs::create_dir(host.path("flip")).expect("folder");
    std::fs::write(host.path("flip/file"), "inside").expect("write");
    symlink(outside.path(), host.path("link")).expect("link");
    let (flip, link) = (host.path("flip"), host.path("link"));
    let stop = tokio_util::sync::CancellationToken::new();
    // However this test ends, the flipping does.
    let guard = stop.clone().drop_guard();
    let flipping = std::thread::spawn(move || {
        let mut flips = 0_u32;
        while !stop.is_cancelled() {
            // Folder and link change places under the one name.
            let (cwd, exchange) = (rustix::fs::CWD, rustix::fs::RenameFlags::EXCHANGE);
            if rustix::fs::renameat_with(cwd, &flip, cwd, &link, exchange).is_ok() {
                flips += 1;
            }
        }
        flips
    });
    for _ in 0..1000 {
        match host.call("fs::read", json!(["flip/file"])).await {
            Ok(text) => assert_eq!(text, Value::from("inside")),
            // Seen as a link, or as a link by one look and as a folder by the next.
            Err(failure) => assert!(matches!(failure.kind, FailureKind::Refused | FailureKind::Failed), "{failure}"),
        }
    }
    drop(guard);
    assert!(flipping.join().expect("flips") > 1000);
}

#[tokio::test]
async fn a_folder_is_listed_by_name_with_kinds_and_sizes() {
    let host = Host::new();
    std::fs::create_dir(host.path("b")).expect("folder");
    std::fs::write(host.path("a"), "four").expect("write");
    symlink("/etc", host.path("c")).expect("link");
    let list = host.call("fs::list", json!(["."])).await.expect("lists");
    let Value::List(entries) = &list else { panic!("{list:?}") };
    let told: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| (member(entry, "name").as_text().expect("name"), member(entry, "kind").as_text().expect("kind")))
        .collect();
    assert_eq!(told, [("a", "file"), ("b", "folder"), ("c", "link")]);
    assert_eq!(member(&entries[0], "size"), &Value::Int(4));
    assert_eq!(host.call("fs::list", json!(["a"])).await.expect_err("a file").kind, FailureKind::Failed);
    assert_eq!(host.call("fs::list", json!(["none"])).await.expect_err("missing").kind, FailureKind::Failed);
}

#[tokio::test]
async fn what_is_missing_is_told_apart_from_what_is_there() {
    let host = Host::new();
    std::fs::write(host.path("file"), "x").expect("write");
    for (path, there) in [("file", true), ("none", false), ("none/below", false), ("file/below", false)] {
        assert_eq!(host.call("fs::exists", json!([path])).await, Ok(Value::Bool(there)), "{path}");
    }
    let failure = host.call("fs::read", json!(["none/below"])).await.expect_err("missing");
    assert_eq!(failure.message, "`none/below` is not there");
}

#[tokio::test]
async fn a_file_too_large_is_told_and_not_read() {
    let host = Host::new();
    std::fs::write(host.path("large"), vec![b'x'; (8 << 20) + 1]).expect("write");
    let failure = host.call("fs::read", json!(["large"])).await.expect_err("too large");
    assert!(failure.message.contains("larger than the 8 MiB"), "{failure}");
    let text = "x".repeat((8 << 20) + 1);
    assert_eq!(host.call("fs::write", json!(["new", text])).await.expect_err("too large").kind, FailureKind::Invalid);
}

#[tokio::test]
async fn removing_settles_by_looking() {
    let host = Host::new();
    let declaration = declaration("fs::remove");
    let args = declaration.gather(given(json!(["file"]))).expect("arguments");
    std::fs::write(host.path("file"), "x").expect("write");
    assert_eq!(declaration.settle(&args, &host.context()).await, Settled::DidNotHappen);
    let removed = host.call("fs::remove", json!(["file"])).await.expect("removes");
    assert_eq!(member(&removed, "removed"), &Value::Bool(true));
    assert_eq!(declaration.settle(&args, &host.context()).await, Settled::Happened(removed));
    let again = host.call("fs::remove", json!(["file"])).await.expect("nothing to do");
    assert_eq!(member(&again, "removed"), &Value::Bool(false));
    std::fs::create_dir_all(host.path("folder/full")).expect("folder");
    host.call("fs::remove", json!(["folder"])).await.expect_err("not empty");
    host.call("fs::remove", json!(["folder/full"])).await.expect("an empty folder");
    assert!(host.path("folder").exists() && !host.path("folder/full").exists());
}

#[test]
fn permissions_speak_of_plain_paths() {
    for (name, arguments, want) in [
        ("fs::read", json!(["./envs//prod.toml"]), "fs:read envs/prod.toml"),
        ("fs::list", json!(["./"]), "fs:read ."),
        ("fs::exists", json!(["x"]), "fs:read x"),
        ("fs::write", json!(["out/x", ""]), "fs:write out/x"),
        ("fs::remove", json!(["out/x"]), "fs:remove out/x"),
    ] {
        assert_eq!(Host::wants(name, arguments).expect(name), [want]);
    }
    for name in ["fs::read", "fs::remove"] {
        assert_eq!(Host::wants(name, json!(["."])).expect_err("the folder itself").kind, FailureKind::Invalid);
    }
}
