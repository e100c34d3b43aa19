//! Hostile scripts that end with a value: name, value, and why that is harmless.

pub const HARMLESS: &[(&str, &str, &str)] = &[
    ("code-zip-of-unequal", "array", "the shorter array decides"),
    (
        "cycle-map-in-itself",
        "{\"m\":{\"m\":{\"m\":{}}}}",
        "assigning a map copies it: nothing contains itself",
    ),
    (
        "cycle-pushed-into-itself",
        "3",
        "pushing an array copies it: nothing contains itself",
    ),
    (
        "endless-growing-array-while-walked",
        "2",
        "`for` walks a copy",
    ),
    ("large-comments", "", "comments nest without recursion"),
    (
        "large-fraction",
        "inf",
        "a float with an exponent may be infinite",
    ),
    (
        "large-open-comments",
        "",
        "an open comment at the end is a comment",
    ),
    (
        "large-variables-of-one-name",
        "",
        "a new variable of the same name replaces the old one",
    ),
    (
        "nested-contained",
        "true",
        "4,000 levels are compared without trouble",
    ),
    (
        "nested-equal",
        "true",
        "4,000 levels are compared without trouble",
    ),
    ("nested-printed", "129", "text stops at 64 levels"),
    (
        "nested-returned",
        "array",
        "a value of 4,000 levels is within the limit",
    ),
    (
        "numbers-bit-range",
        "0",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-blob-bytes",
        "0",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-blob-write",
        "8",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-crop",
        "abc",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-drain",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-drain-range",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-extract",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-float-by-zero",
        "",
        "dividing floats by zero gives infinity, and the comparison sees it: see the script",
    ),
    (
        "numbers-hex-of-least",
        "8000000000000000",
        "the bits of the least integer",
    ),
    (
        "numbers-insert",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-letters",
        "3",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-nan-to-int",
        "0",
        "a float that is no number becomes 0 in Rhai",
    ),
    (
        "numbers-range-length",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-reversed-range",
        "0",
        "a range from high to low is empty",
    ),
    (
        "numbers-shift",
        "0",
        "shifting by more than all bits gives 0",
    ),
    (
        "numbers-shift-by-less-than-nothing",
        "0",
        "shifting by more than all bits gives 0",
    ),
    (
        "numbers-splice",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-split",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-split-segments",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-split-text",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-step-from-least",
        "2",
        "a range ends before its step overflows",
    ),
    (
        "numbers-step-overflow",
        "1",
        "a range ends before its step overflows",
    ),
    (
        "numbers-substring",
        "",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-substring-less-than-nothing",
        "abc",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "numbers-truncate",
        "array",
        "indexes and lengths out of range are cut to what is there, as Rhai documents",
    ),
    (
        "strings-adding-an-array",
        "1048600",
        "text of an array is cut at 1 MiB",
    ),
    (
        "strings-debug-of-many-references",
        "1048600",
        "text of an array is cut at 1 MiB",
    ),
    (
        "strings-pad-less-than-nothing",
        "ab",
        "a length below zero pads nothing",
    ),
    (
        "strings-pad-with-nothing",
        "0",
        "an empty padding adds nothing; in Rhai itself it never ends",
    ),
    (
        "strings-text-of-many-references",
        "1048600",
        "text of an array is cut at 1 MiB",
    ),
    (
        "strings-text-of-many-references-in-a-map",
        "1048600",
        "text of a map is cut at 1 MiB",
    ),
];

/// Scripts whose error has no position: a wrong behaviour of Rhai that we live with.
pub const NOWHERE: &[&str] = &[
    // A data race on an argument of a native function, and nothing in Rhai fills in the place of the call.
    "cycle-contains",
    "cycle-data-race",
    "cycle-index-of",
];
