//! `dns::` against real servers: knot and nsd with authority, unbound as the resolver.

mod lab;
mod program;

use lab::dns::{Dns, HOSTED, Handed, ZONE};
use program::{Ended, Project};
use serde_json::{Value as Json, json};

/// Runs a script with the laboratory's addresses filled in.
fn run(dns: &Dns, body: &str) -> Ended {
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    let header =
        r#"const RUNBOOK = #{ name: "ask", version: "1.0.0", permissions: ["dns:lookup *", "dns:server *"] };"#;
    let mut text = format!("{header}\n{body}");
    for (word, value) in [
        ("RESOLVER", dns.resolver()),
        ("REGISTRY", dns.registry()),
        ("HOSTED", dns.hosted()),
        ("LAME", dns.lame()),
        ("DEAD", dns.dead()),
    ] {
        text = text.replace(word, &value);
    }
    std::fs::write(project.root().join("runbooks/ask.rhai"), text).expect("a runbook");
    project.run(&["run", "ask"])
}

fn value(dns: &Dns, body: &str) -> Json {
    run(dns, body).with(0).json()
}

#[test]
fn any_record_type_is_read_from_any_server_with_its_flags() {
    let dns = Dns::start();
    let seen = value(
        &dns,
        r#"let ask = |name, record| dns::lookup(name, #{ record: record, server: "HOSTED", recursion: false });
        #{
            a: ask.call("shop.example", "A"), mx: ask.call("shop.example", "MX"), soa: ask.call("shop.example", "SOA"),
            caa: ask.call("shop.example", "CAA"), txt: ask.call("shop.example", "TXT"), odd: ask.call("odd.shop.example", "TYPE65280"),
            v6: ask.call("v6.shop.example", "AAAA"), srv: ask.call("_sip._tcp.shop.example", "SRV"),
            alias: dns::lookup("www.shop.example", #{ server: "RESOLVER" }),
            many: ask.call("many.shop.example", "TXT"),
            cut: dns::lookup("many.shop.example", #{ record: "TXT", server: "HOSTED", transport: "udp" }),
            tcp: dns::lookup("shop.example", #{ server: "HOSTED", transport: "tcp" }),
        }"#,
    );
    assert_eq!(seen["a"]["values"], json!(["192.0.2.7"]));
    assert_eq!(seen["a"]["status"], "NOERROR");
    assert_eq!(seen["a"]["ttl"], 20);
    assert_eq!(seen["a"]["flags"]["authoritative"], true);
    assert_eq!(seen["a"]["flags"]["recursion_desired"], false);
    assert_eq!(seen["mx"]["values"], json!(["10 mail.shop.example"]));
    assert_eq!(seen["mx"]["answers"][0]["fields"], json!({ "preference": 10, "exchange": "mail.shop.example" }));
    assert_eq!(seen["soa"]["answers"][0]["fields"]["serial"], 5);
    assert_eq!(seen["caa"]["values"], json!(["0 issue \"amazon.com\""]));
    assert_eq!(seen["txt"]["values"], json!(["v=spf1 -all"]));
    assert_eq!(seen["txt"]["answers"][0]["fields"]["texts"], json!(["v=spf1 ", "-all"]));
    assert_eq!(seen["odd"]["values"], json!(["\\# 3 0a0b0c"]));
    assert_eq!(seen["v6"]["values"], json!(["2001:db8::7"]));
    assert_eq!(seen["srv"]["values"], json!(["1 2 5060 mail.shop.example"]));
    assert_eq!(seen["alias"]["values"], json!(["192.0.2.7"]), "the alias is followed");
    assert_eq!(seen["alias"]["answers"][0]["type"], "CNAME");
    assert_eq!(seen["alias"]["flags"]["authoritative"], false);
    assert_eq!(seen["alias"]["flags"]["recursion_available"], true);
    assert_eq!(seen["many"]["values"].as_array().map(Vec::len), Some(40), "what was cut is asked for over TCP");
    assert_eq!(seen["many"]["transport"], "tcp");
    assert_eq!(seen["cut"]["flags"]["truncated"], true);
    assert_eq!(seen["tcp"]["transport"], "tcp");
}

#[test]
fn that_there_is_no_answer_is_a_result_and_a_wrong_question_an_error() {
    let dns = Dns::start();
    let seen = value(
        &dns,
        r#"#{
            missing: dns::lookup("none.shop.example", #{ server: "RESOLVER" }),
            empty: dns::lookup("shop.example", #{ record: "AAAA", server: "RESOLVER" }),
            refused: dns::lookup("shop.example", #{ server: "LAME" }),
            referral: dns::lookup("shop.example", #{ record: "NS", server: "REGISTRY", recursion: false }),
            dead: dns::lookup("shop.example", #{ server: "DEAD", timeout: "300ms" }),
            dead_tcp: dns::lookup("shop.example", #{ server: "DEAD", transport: "tcp", timeout: "300ms" }),
            bogus: dns::lookup("bogus.example", #{ server: "RESOLVER" }),
        }"#,
    );
    let status = |name: &str| seen[name]["status"].as_str().unwrap_or_default().to_owned();
    assert_eq!(status("missing"), "NXDOMAIN");
    assert_eq!(seen["missing"]["authority"][0]["type"], "SOA");
    assert_eq!(status("empty"), "NOERROR");
    assert_eq!(seen["empty"]["values"], json!([]));
    assert_eq!(status("refused"), "REFUSED");
    assert_eq!(seen["referral"]["values"], json!([]));
    let handed: Vec<&Json> =
        seen["referral"]["authority"].as_array().into_iter().flatten().map(|it| &it["value"]).collect();
    assert_eq!(handed, HOSTED);
    assert_eq!(status("dead"), "TIMEOUT");
    assert_eq!(status("dead_tcp"), "UNREACHABLE");
    assert!(!seen["dead_tcp"]["why"].as_str().unwrap_or_default().is_empty());
    assert_eq!(status("bogus"), "SERVFAIL");

    for (call, told) in [
        (r#"dns::lookup("a..b")"#, "`a..b` is no domain name"),
        (r#"dns::lookup("a.example", #{ record: "AXFR" })"#, "`AXFR` is no type of record"),
        (r#"dns::lookup("192.0.2.1")"#, "is an address, not a name"),
        (r#"dns::lookup("a.example", #{ server: "https://dns.example" })"#, "is no server"),
    ] {
        let ended = run(&dns, call).with(3);
        assert!(ended.stderr.contains(told), "{call}: {}", ended.stderr);
    }
}

/// Looks at the delegation of the zone.
fn delegation(dns: &Dns, wanted: &[&str]) -> Json {
    let wanted = serde_json::to_string(wanted).expect("JSON");
    let call = format!(r#"dns::delegation("{ZONE}", #{{ wanted: {wanted}, resolver: "RESOLVER", timeout: "500ms" }})"#);
    value(dns, &call)
}

fn states(seen: &Json) -> Vec<(String, String)> {
    let text = |server: &Json, field: &str| server[field].as_str().unwrap_or_default().to_owned();
    let servers = seen["servers"].as_array().into_iter().flatten();
    servers.map(|server| (text(server, "name"), text(server, "state"))).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, state)| ((*name).to_owned(), (*state).to_owned())).collect()
}

#[test]
fn a_delegation_is_good_none_broken_or_differs_and_says_what_is_wrong() {
    let dns = Dns::start();
    let good = delegation(&dns, &HOSTED);
    assert_eq!(good["state"], "good", "{good:#}");
    assert_eq!(good["parent_zone"], "example");
    assert_eq!(good["serial"], 5);
    assert_eq!(good["problems"], json!([]));
    assert_eq!(good["parents"][0]["hands_out"], json!(HOSTED));
    let [first, second] = HOSTED;
    assert_eq!(states(&good), owned(&[(first, "good"), (second, "good")]));

    dns.hand_out(Handed::Nothing);
    let none = delegation(&dns, &HOSTED);
    assert_eq!((&none["state"], &none["missing"]), (&json!("none"), &json!(HOSTED)));
    assert_eq!(states(&none), owned(&[(first, "good"), (second, "good")]), "those that are wanted are ready");

    dns.hand_out(Handed::Old);
    let old = delegation(&dns, &HOSTED);
    assert_eq!(old["state"], "differs");
    assert_eq!(old["extra"], json!(["ns1.old.test"]));
    assert_eq!(delegation(&dns, &[])["state"], "good", "nobody wants others");

    dns.hand_out(Handed::Mixed);
    let mixed = delegation(&dns, &[]);
    assert_eq!(mixed["state"], "differs");
    let told = mixed["problems"].to_string();
    assert!(told.contains("ns1.old.test itself says that the name servers are ns1.old.test"), "{told}");
    assert!(states(&mixed).contains(&(second.to_owned(), "good".to_owned())), "named by the zone alone");

    dns.hand_out(Handed::Lame);
    let lame = delegation(&dns, &[]);
    assert_eq!((&lame["state"], states(&lame)), (&json!("broken"), owned(&[("ns1.lame.test", "lame")])));
    assert_eq!(lame["servers"][0]["status"], "REFUSED");

    dns.hand_out(Handed::Dead);
    let dead = delegation(&dns, &[]);
    assert_eq!((&dead["state"], states(&dead)), (&json!("broken"), owned(&[("ns1.dead.test", "dead")])));

    dns.hand_out(Handed::Behind);
    let behind = delegation(&dns, &[]);
    assert_eq!(behind["state"], "differs");
    assert_eq!(states(&behind), owned(&[("ns1.behind.test", "stale"), (first, "good"), (second, "good")]));
}

#[test]
fn signatures_promises_and_belief_are_told_apart() {
    let dns = Dns::start();
    let seen = value(
        &dns,
        r#"let look = |name| dns::dnssec(name, #{ resolver: "RESOLVER" });
        #{ plain: look.call("www.shop.example"), signed: look.call("signed.example"), bogus: look.call("bogus.example"),
           island: look.call("island.example") }"#,
    );
    let state = |name: &str| seen[name]["state"].as_str().unwrap_or_default().to_owned();
    assert_eq!(state("plain"), "unsigned", "{seen:#}");
    assert_eq!(seen["plain"]["zone"], ZONE);
    assert_eq!(state("signed"), "secure", "{seen:#}");
    assert_eq!(seen["signed"]["validated"], true);
    assert_eq!(seen["signed"]["signature_valid"], true);
    assert_eq!(seen["signed"]["matching"], seen["signed"]["promised"]);
    assert!(seen["signed"]["days_left"].as_i64().is_some_and(|days| days > 0));
    assert_eq!(state("bogus"), "bogus", "{seen:#}");
    assert_eq!((&seen["bogus"]["status"], &seen["bogus"]["matching"]), (&json!("SERVFAIL"), &json!([])));
    assert_eq!(state("island"), "island", "{seen:#}");
}

#[test]
fn who_may_issue_certificates_stands_at_the_name_or_above_it() {
    let dns = Dns::start();
    let seen = value(
        &dns,
        r#"let look = |name, ca| dns::caa(name, #{ ca: ca, resolver: "RESOLVER" });
        #{ below: look.call("www.deep.shop.example", "amazon.com"), other: look.call("*.shop.example", "letsencrypt.org"),
           free: look.call("island.example", "letsencrypt.org"), bogus: look.call("bogus.example", "amazon.com") }"#,
    );
    assert_eq!((&seen["below"]["found_at"], &seen["below"]["allowed"]), (&json!(ZONE), &json!(true)));
    assert_eq!((&seen["other"]["issuers"], &seen["other"]["allowed"]), (&json!(["amazon.com"]), &json!(false)));
    assert_eq!((&seen["free"]["found_at"], &seen["free"]["allowed"]), (&json!(""), &json!(true)));
    assert_eq!((&seen["bogus"]["status"], &seen["bogus"]["allowed"]), (&json!("SERVFAIL"), &json!(false)));
}

#[test]
fn several_resolvers_are_compared_with_what_is_wanted_or_with_each_other() {
    let dns = Dns::start();
    let seen = value(
        &dns,
        r#"let look = |options| dns::propagation("shop.example", #{ resolvers: ["RESOLVER", "HOSTED"], timeout: "500ms" } + options);
        #{ agree: look.call(#{}), wanted: look.call(#{ wanted: ["192.0.2.7"] }), other: look.call(#{ wanted: ["192.0.2.1"] }),
           dead: look.call(#{ resolvers: ["RESOLVER", "DEAD"] }) }"#,
    );
    assert_eq!(seen["agree"]["complete"], true, "{seen:#}");
    assert_eq!(seen["wanted"]["matching"], 2);
    assert_eq!((&seen["other"]["complete"], &seen["other"]["matching"]), (&json!(false), &json!(0)));
    assert!(seen["other"]["longest_ttl"].as_u64().is_some_and(|ttl| ttl <= 20));
    assert_eq!(
        (&seen["dead"]["complete"], &seen["dead"]["resolvers"][1]["status"]),
        (&json!(false), &json!("TIMEOUT"))
    );
}

#[test]
fn a_wait_tells_how_far_it_has_come() {
    let dns = Dns::start();
    let ended = run(
        &dns,
        r#"wait_until(#{ what: "the new address", every: "50ms", timeout: "120ms" }, || {
            let seen = dns::propagation("shop.example", #{ resolvers: ["HOSTED"], wanted: ["192.0.2.1"] });
            if seen.complete { seen } else { not_yet(`${seen.matching} of ${seen.asked}`) }
        })"#,
    );
    let ended = ended.with(1);
    assert!(ended.stderr.contains("waited for the new address in vain"), "{}", ended.stderr);
    assert!(ended.stderr.contains("seen last: 0 of 1"), "{}", ended.stderr);
}
