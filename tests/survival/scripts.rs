//! The scripts that are crashed at every operation. Each ends well when nothing disturbs it, and names what it writes apart from
//! what others write, so that the person can see in the cloud what happened.

use crate::cloud::Fault;

pub struct Script {
    pub name: &'static str,
    pub text: &'static str,
    pub faults: &'static [(&'static str, &'static [Fault])],
    pub on_read: &'static [(&'static str, &'static [i64])],
    /// Whether a crash may use up a fault, so that there are fewer attempts: ensures are then not counted.
    pub attempts_vary: bool,
}

/// A failure that outlasts every crash: one whose answer is lost is used up.
const FAILS: &[Fault] = &[Fault::Fail, Fault::Fail, Fault::Fail, Fault::Fail];

const fn plain(name: &'static str, text: &'static str) -> Script {
    Script { name, text, faults: &[], on_read: &[], attempts_vary: false }
}

/// A module that the scripts import: functions that call, hold, and make steps.
pub const MODULE: &str = r#"
const PREFIX = "crew-";
fn deploy(name) {
    step(`deploy ${name}`, || {
        cloud::read(name);
        cloud::change("crew-" + name);
        hold("lock " + name, || cloud::ensure("lock-" + name, #{ value: 1 }), || cloud::change("unlock-" + name));
        cloud::change("crew-after-" + name)
    })
}
fn guarded(name) {
    cleanup("tidy " + name, || cloud::change("tidy-" + name));
    cloud::change("guarded-" + name)
}
"#;

pub const SCRIPTS: &[Script] = &[
    plain(
        "calls",
        r#"
        cloud::read("a");
        cloud::ensure("b", #{ value: 2 });
        cloud::change("c");
        cloud::destroy("b");
        cloud::read("c")
    "#,
    ),
    plain(
        "steps",
        r#"
        let x = step("first", || { cloud::read("r"); cloud::change("one"); cloud::change("two"); 7 });
        step("second", || {
            cloud::change("three");
            step("inner", || { cloud::change("four"); step("innermost", || cloud::change("five")) });
            cloud::change("six")
        });
        x
    "#,
    ),
    plain(
        "parallel",
        r#"
        let out = parallel(#{
            left: || { cloud::read("l"); cloud::change("l1"); cloud::change("l2") },
            right: || { cloud::change("r1"); step("in right", || cloud::change("r2")) },
        });
        cloud::change("after");
        out
    "#,
    ),
    plain(
        "parallel_map",
        r#"
        let out = parallel_map(["x", "y", "z"], |item| { cloud::change("m-" + item); cloud::ensure("e-" + item, #{ value: 1 }) });
        out.len()
    "#,
    ),
    Script {
        name: "retry",
        text: r#"
            retry(#{ times: 5, backoff: "1s" }, || {
                cloud::ensure("base", #{ value: 1 });
                step("once", || cloud::change("in-retry"));
                cloud::ensure("flaky", #{ value: 2 })
            });
            cloud::change("after")
        "#,
        faults: &[("flaky", &[Fault::Fail, Fault::Fail])],
        on_read: &[],
        attempts_vary: true,
    },
    Script {
        name: "nested retries",
        text: r#"
            retry(#{ times: 4, backoff: "1s" }, || {
                retry(#{ times: 2, backoff: 1 }, || cloud::ensure("inner", #{ value: 1 }));
                cloud::ensure("outer", #{ value: 1 })
            });
            cloud::change("after")
        "#,
        faults: &[("inner", &[Fault::Fail, Fault::None, Fault::Fail]), ("outer", &[Fault::Fail])],
        on_read: &[],
        attempts_vary: true,
    },
    Script {
        name: "wait",
        text: r#"
            cloud::change("begin");
            let seen = wait_until(#{ what: "the count", every: "10s", timeout: "1h" }, || {
                let n = cloud::read("count");
                n != () && n >= 3
            });
            cloud::change("end");
            seen
        "#,
        faults: &[],
        on_read: &[("count", &[1, 2, 3])],
        attempts_vary: false,
    },
    plain(
        "sleep",
        r#"
        cloud::change("before");
        time::sleep("5m");
        step("nap", || { time::sleep(30); cloud::change("between"); time::sleep("1s") });
        cloud::change("after")
    "#,
    ),
    plain(
        "hold",
        r#"
        step("work", || {
            let it = hold("vm", || cloud::change("vm-open"), |it| { cloud::change("vm-close-1"); cloud::change("vm-close-2") });
            cloud::change("vm-use");
            hold("disk", || { cloud::ensure("disk", #{ value: 1 }); "disk" }, |name| cloud::destroy(name));
            cloud::change("disk-use");
            it
        });
        cloud::change("after")
    "#,
    ),
    plain(
        "hold at the top",
        r#"
        hold("outer", || cloud::change("outer-open"), || cloud::change("outer-close"));
        step("inside", || {
            hold("inner", || cloud::change("inner-open"), || cloud::change("inner-close"));
            cloud::change("work")
        });
        cloud::change("last")
    "#,
    ),
    plain(
        "cleanup",
        r#"
        cleanup("last of all", || cloud::change("tidy"));
        step("a", || { cleanup("tidy a", || { cloud::read("x"); cloud::change("tidy-a") }); cloud::change("a") });
        cloud::change("b")
    "#,
    ),
    plain(
        "undo",
        r#"
        step("a", || { cloud::change("a"); undo("a back", || cloud::change("a-back")) });
        step("b", || { cloud::change("b"); undo("b back", || cloud::change("b-back")) });
        cloud::change("c")
    "#,
    ),
    Script {
        name: "attempt",
        text: r#"
            let a = attempt(|| cloud::change("fails"));
            let b = attempt(|| cloud::change("works"));
            if a.ok { cloud::change("wrong") } else { cloud::change("right") }
            step("s", || { let c = attempt(|| { cloud::change("fails-too"); 1 }); if c.ok { 1 } else { cloud::change("mended") } });
            b.ok
        "#,
        faults: &[("fails", FAILS), ("fails-too", FAILS)],
        on_read: &[],
        attempts_vary: false,
    },
    Script {
        name: "try",
        text: r#"
            let told = "";
            try { cloud::change("bad"); } catch (error) { told = error.message; cloud::change("caught"); }
            try { step("risky", || { cloud::change("first"); cloud::change("bad-2") }); } catch { cloud::change("caught-2"); }
            log(told);
            cloud::change("after")
        "#,
        faults: &[("bad", FAILS), ("bad-2", FAILS)],
        on_read: &[],
        attempts_vary: false,
    },
    plain(
        "functions",
        r#"
        fn twice(name) { cloud::change(name + "-1"); cloud::change(name + "-2") }
        fn thrice(name) { twice(name); cloud::ensure(name, #{ value: 3 }); step("of " + name, || twice(name + "-in")) }
        thrice("f");
        thrice("g");
        [1, 2].map(|n| cloud::change("mapped-" + n));
        ["p", "q"].for_each(|| cloud::change("each-" + this))
    "#,
    ),
    plain(
        "modules",
        r#"
        import "crew" as crew;
        crew::deploy("web");
        parallel_map(["a", "b"], |item| crew::deploy(item));
        crew::guarded("db");
        cloud::change("after")
    "#,
    ),
    plain(
        "people",
        r#"
        let sure = human::confirm("really?");
        let name = human::ask("name?");
        let which = human::choose("which?", ["one", "two"]);
        cloud::change("for-" + name + "-" + which);
        step("by hand", || { let done = human::do_by_hand("turn the key"); cloud::change("turned"); done.done });
        sure
    "#,
    ),
    plain(
        "ids",
        r#"
        let id = id::uuid();
        cloud::ensure("named", #{ value: "x" });
        let copy = id;
        step("uses it", || { cloud::change(if copy.len() == 36 { "good" } else { "bad" }); run::id() });
        cloud::read("named");
        id::number(1, 1)
    "#,
    ),
    Script {
        name: "lost answers",
        text: r#"
            cloud::ensure("e", #{ value: 1 });
            cloud::change("c");
            cloud::change("d");
            cloud::destroy("e");
            cloud::change("after")
        "#,
        faults: &[
            ("e", &[Fault::LoseAnswer, Fault::None, Fault::LoseAnswer]),
            ("c", &[Fault::LoseAnswer]),
            ("d", &[Fault::LoseRequest]),
        ],
        on_read: &[],
        attempts_vary: false,
    },
    Script {
        name: "author settles",
        text: r#"
            let settle = || {
                let n = cloud::read("letter");
                if n == () { #{ happened: false } } else { #{ happened: true, value: n } }
            };
            cloud::post("letter", #{ settle: settle });
            cloud::post("parcel", #{ settle: || () });
            cloud::blind("knock");
            cloud::change("after")
        "#,
        faults: &[("letter", &[]), ("parcel", &[Fault::LoseAnswer])],
        on_read: &[],
        attempts_vary: false,
    },
    Script {
        name: "loops",
        text: r#"
            for i in 0..3 { cloud::change("equal"); }
            let n = 0;
            while n < 2 { step(`round ${n}`, || cloud::change("round")); n += 1; }
            for name in ["a", "b"] {
                let r = attempt(|| cloud::change("loop-" + name));
                if !r.ok { cloud::change("loop-mend-" + name) }
            }
            loop { n += 1; cloud::ensure(`n${n}`, #{ value: n }); if n > 3 { break; } }
            n
        "#,
        faults: &[("loop-a", FAILS)],
        on_read: &[],
        attempts_vary: false,
    },
    Script {
        name: "unreachable",
        text: r#"
            cloud::read("far");
            cloud::ensure("far-too", #{ value: 1 });
            output(cloud::read("far-too"));
            cloud::change(params.site)
        "#,
        faults: &[("far", &[Fault::Unavailable]), ("far-too", &[Fault::Unavailable, Fault::Unavailable])],
        on_read: &[],
        attempts_vary: false,
    },
    plain(
        "all in one",
        r#"
        import "crew" as crew;
        fn part(name) { retry(#{ times: 2 }, || step("part " + name, || crew::deploy(name))) }
        hold("tunnel", || cloud::ensure("tunnel", #{ value: 1 }), || cloud::destroy("tunnel"));
        parallel(#{
            east: || { cleanup("east", || cloud::change("east-tidy")); part("e1"); time::sleep("1m"); part("e2") },
            west: || { human::confirm("west?"); hold("w", || cloud::change("w-open"), |n| cloud::change("w-close")); part("w1") },
        });
        step("close", || { undo("u", || cloud::change("u-back")); cloud::destroy("old") });
        id::uuid().len()
    "#,
    ),
];
