//! Texts that would be too large, or too dull, for files.

use crate::script::Script;

const DEEP: &str = "Expression exceeds maximum complexity";

pub fn scripts() -> Vec<Script> {
    let mut scripts = Vec::new();
    for (name, ends, text) in texts() {
        scripts.push(Script { name: format!("large-{name}"), text, ends: vec![ends.into()] });
    }
    scripts
}

fn texts() -> Vec<(&'static str, &'static str, String)> {
    let nest = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let many = |line: &dyn Fn(usize) -> String, times: usize| (0..times).map(line).collect::<String>();
    vec![
        ("parentheses", DEEP, nest("(", "1", ")", 60_000)),
        ("parentheses-at-the-limit", DEEP, nest("(", "1", ")", 1_000)),
        ("arrays", DEEP, nest("[", "1", "]", 60_000)),
        ("maps", DEEP, nest("#{a:", "1", "}", 20_000)),
        ("blocks", DEEP, nest("{", "1", "}", 60_000)),
        ("closures", DEEP, nest("||", "1", "", 40_000)),
        ("closures-with-blocks", DEEP, nest("|x|{", "1", "}", 20_000)),
        ("ifs", DEEP, nest("if true {", "1", "}", 10_000)),
        ("else-ifs", DEEP, format!("if false {{}} {}", "else if false {}".repeat(8_000))),
        ("loops", DEEP, nest("loop {", "break;", "}", 10_000)),
        ("switches", DEEP, nest("switch 1 { 1 => ", "1", "}", 6_000)),
        ("tries", DEEP, nest("try {", "1", "} catch {}", 6_000)),
        (
            "functions-in-functions",
            "Function definitions must be at global level and cannot be inside a block or another function",
            nest("fn f() {", "1", "}", 10_000),
        ),
        ("calls", DEEP, nest("tick(", "", ")", 20_000)),
        ("negations", DEEP, format!("{}true", "!".repeat(100_000))),
        ("minuses", DEEP, format!("{}1", "- ".repeat(60_000))),
        ("sum", DEEP, format!("1{}", " + 1".repeat(30_000))),
        ("ands", DEEP, format!("true{}", " && true".repeat(15_000))),
        ("concatenation", DEEP, format!("\"\"{}", " + \"x\"".repeat(15_000))),
        ("powers", DEEP, format!("1{}", " ** 1".repeat(20_000))),
        ("coalescings", DEEP, format!("(){}", " ?? ()".repeat(20_000))),
        ("properties", DEEP, format!("let m = #{{}}; m{}", ".a".repeat(60_000))),
        ("methods", DEEP, format!("let s = \"\"; s{}", ".trim()".repeat(15_000))),
        ("indexes", DEEP, format!("let a = []; a{}", "[0]".repeat(40_000))),
        ("interpolations", DEEP, nest("`${", "1", "}`", 20_000)),
        ("comments", "no error, see harmless.rs", nest("/*", "", "*/", 30_000)),
        ("open-comments", "no error, see harmless.rs", "/*".repeat(60_000)),
        ("open-text", "Open string is not terminated", format!("let s = \"{}", "x".repeat(100_000))),
        ("open-interpolation", DEEP, "`${".repeat(40_000)),
        ("open-brackets", DEEP, "[".repeat(120_000)),
        ("close-brackets", "Unexpected ']'", "]".repeat(120_000)),
        ("text", "Function not found: no_such (&str", format!("\"{}\".no_such()", "x".repeat(120_000))),
        ("source", "`main` has 400000 bytes, the limit is 131072", "1;".repeat(200_000)),
        ("name", "Undefined variable: no_such", format!("let {} = 1; no_such", "x".repeat(100_000))),
        ("number", "Invalid number", "9".repeat(100_000)),
        ("fraction", "no error, see harmless.rs", format!("0.{}e99999", "9".repeat(100_000))),
        ("variables", "Too many variables defined", many(&|n| format!("let v{n}=1;"), 8_000)),
        ("variables-of-one-name", "no error, see harmless.rs", "let v=1;".repeat(12_000)),
        ("constants", "Too many variables defined", many(&|n| format!("const V{n}=1;"), 8_000)),
        ("functions", "Number of functions defined exceeds maximum limit", many(&|n| format!("fn f{n}(){{}}"), 7_000)),
        (
            "closures-side-by-side",
            "Number of functions defined exceeds maximum limit",
            many(&|n| format!("let f=||{n};"), 8_000),
        ),
        (
            "parameters",
            "Function not found: f (i64)",
            format!("fn f({}) {{ 1 }} f(1)", many(&|n| format!("p{n},"), 10_000)),
        ),
        (
            "arguments",
            "Function not found: tick (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64,",
            format!("tick({})", "1,".repeat(30_000)),
        ),
        (
            "cases",
            "Undefined variable: no_such",
            format!("switch no_such {{ {} }}", many(&|n| format!("{n}=>{n},"), 9_000)),
        ),
        (
            "ranges-of-cases",
            "1",
            format!(
                "switch 1 {{ {} _ => throw 1 }}",
                many(&|n| format!("{n}..{}=>2,", n + 1), 6_000).replace("1..2=>2,", "")
            ),
        ),
        ("elements", "Undefined variable: no_such", format!("[{}no_such]", "1,".repeat(60_000))),
        ("entries", "Undefined variable: no_such", format!("#{{{}z:no_such}}", many(&|n| format!("k{n}:1,"), 12_000))),
        ("same-entries", "Duplicated property for object map literal: a", format!("#{{{}}}", "a:1,".repeat(20_000))),
        ("statements", "Undefined variable: no_such", format!("{}no_such", ";".repeat(120_000))),
        ("lines", "Undefined variable: no_such", format!("{}no_such", "\n".repeat(120_000))),
        ("zero-bytes", "Unexpected '\\0'", "\0".repeat(100_000)),
        ("marks", "Unexpected '\\u{feff}'", "\u{feff}\u{202e}\u{200b}".repeat(10_000)),
        (
            "captures",
            DEEP,
            format!(
                "{}let f = || {}; f.call(); throw 1",
                many(&|n| format!("let v{n}=1;"), 500),
                many(&|n| format!("v{n}+"), 500) + "1"
            ),
        ),
        ("tags", "Open string is not terminated", format!("{}no_such", "`".repeat(60_001))),
        ("escapes", "Invalid escape sequence: '\\\\u\\\\'", format!("\"{}", "\\u".repeat(40_000))),
        ("imports", "Too many modules imported", many(&|n| format!("import \"fine\" as m{n};"), 4_000)),
        ("colons", "Undefined module: a", format!("a{}", "::a".repeat(30_000))),
        ("dots", "'...' is a reserved symbol", "..".repeat(50_000)),
        ("assignments", "Expecting ';' to terminate this statement", format!("let a = 1; {}1", "a = ".repeat(20_000))),
        ("returns", "Expecting ';' to terminate this statement", format!("{}1", "return ".repeat(15_000))),
        ("throws", "Expecting ';' to terminate this statement", format!("{}1", "throw ".repeat(15_000))),
        ("attributes", "'#!' is a reserved symbol", "#!".repeat(50_000)),
    ]
}
