//! What the hardened script engine says.

use super::messages;

messages! {
    a_captured_value_is_too_large_to_be() {
        "a captured value is too large to be copied"
        / "捕捉した値が大きすぎてコピーできません"
    }
    a_captured_value_contains_itself() {
        "a captured value contains itself, or is nested more than 64 levels deep"
        / "捕捉した値が自身を含むか、64 段より深く入れ子になっています"
    }
    a_captured_value_is_in_use_by_another() {
        "a captured value is in use by another thread"
        / "捕捉した値を別のスレッドが使用中です"
    }
    has_bytes_the_limit(file, bytes, limit) {
        "`{file}` has {bytes} bytes, the limit is {limit}"
        / "`{file}` は {bytes} バイトあり、上限は {limit} です"
    }
    imports_come_first_only_const_and_other() {
        "imports come first: only `const` and other imports may stand before one"
        / "import は先頭に書きます: 前に置けるのは `const` と他の import だけです"
    }
    the_name_of_an_imported_module_has() {
        "the name of an imported module has to be written out as a string"
        / "import するモジュールの名前は文字列で書き出します"
    }
    is_the_name_of_another_import_in_this(name) {
        "`{name}` is the name of another import in this file"
        / "`{name}` はこのファイルの別の import の名前です"
    }
    is_a_namespace_of_runbook_import_under(name) {
        "`{name}::` is a namespace of runbook: import under another name than `{name}`"
        / "`{name}::` は runbook の名前空間です: `{name}` 以外の名前で import してください"
    }
    a_closure_waits_for_itself() {
        "a closure uses a variable that is in use already, by the chain of methods that runs it: take what it needs out of the variable before"
        / "クロージャが、それを実行しているメソッドチェーンで使用中の変数を使っています。必要な値を事前に取り出してください"
    }
    the_script_was_ended() { "the script was ended" / "スクリプトは終了させられました" }
    to_json_the_text_would_be_too_long() {
        "`to_json`: the text would be too long"
        / "`to_json`: テキストが長くなりすぎます"
    }
    to_json_nested_too_deep(levels) {
        "`to_json`: the value is nested more than {levels} levels deep, or contains itself"
        / "`to_json`: 値が {levels} 段より深く入れ子になっているか、自身を含んでいます"
    }
    to_json_json_has_no_number(number) {
        "`to_json`: JSON has no number for {number}"
        / "`to_json`: {number} を表す JSON の数がありません"
    }
    to_json_a_closure_has_no_json() {
        "`to_json`: a closure has no JSON"
        / "`to_json`: クロージャは JSON にできません"
    }
    to_json_has_no_json(kind) { "`to_json`: {kind} has no JSON" / "`to_json`: {kind} は JSON にできません" }
    parse_json_is_too_long(bytes, limit) {
        "`parse_json`: the text has {bytes} bytes, the limit is {limit}"
        / "`parse_json`: テキストは {bytes} バイトあり、上限は {limit} です"
    }
    parse_json_nested_too_deep(levels) {
        "`parse_json`: the text is nested more than {levels} levels deep"
        / "`parse_json`: テキストが {levels} 段より深く入れ子になっています"
    }
    parse_json_does_not_fit_into_bits(number) {
        "`parse_json`: {number} does not fit into 64 bits with sign"
        / "`parse_json`: {number} は符号付き 64 ビットに収まりません"
    }
    to_json_would_be_too_long(limit) {
        "`to_json`: the text would be longer than {limit} bytes"
        / "`to_json`: テキストが {limit} バイトを超えます"
    }
    the_same_closure_in_the_same_place() { "the same closure in the same place" / "同じ位置の同じクロージャ" }
    is_a_function_of_runbook(name, parameters, file) {
        "`{name}` with {parameters} parameters is a function of runbook: give the one in `{file}` another name"
        / "パラメーター {parameters} 個の `{name}` は runbook の関数です: `{file}` のものを別の名前にしてください"
    }
    is_defined_twice(what, parameters, other, name) {
        "`{what}` ({parameters} parameters) is defined in `{other}` and in `{name}`: give one another name"
        / "`{what}`（パラメーター {parameters} 個）が `{other}` と `{name}` の両方で定義されています: 一方を別の名前にしてください"
    }
    is_reserved(path) { "`{path}` is reserved" / "`{path}` は予約されています" }
    imports_come_first_import_cannot_stand() {
        "imports come first: `import` can't stand in a block, a function or a closure"
        / "import は先頭に書きます: ブロック・関数・クロージャの中に `import` は書けません"
    }
    modules_import_each_other(circle) {
        "modules import each other: {circle}"
        / "モジュールが互いに import しています: {circle}"
    }
    a_value_is_missing() { "a value is missing" / "値がありません" }
    to_json_a_value_is_missing() { "`to_json`: a value is missing" / "`to_json`: 値がありません" }
    replace_would_be_longer(limit) {
        "`replace`: the result would be longer than {limit} bytes"
        / "`replace`: 結果が {limit} バイトを超えます"
    }
    pad_an_array_can_be_filled_up(item) {
        "`pad`: an array can be filled up with text or numbers, not with {item}"
        / "`pad`: 配列を埋められるのは文字列か数で、{item} ではできません"
    }
    pad_would_be_longer(limit) {
        "`pad`: the result would be longer than {limit} bytes"
        / "`pad`: 結果が {limit} バイトを超えます"
    }
    length_is_too_long(function, length, most) {
        "`{function}`: {length} is too long, the limit is {most}"
        / "`{function}`: {length} は長すぎます。上限は {most} です"
    }
    value_is_too_long(function, bytes, limit) {
        "`{function}`: the value has {bytes} bytes, the limit is {limit}"
        / "`{function}`: 値は {bytes} バイトあり、上限は {limit} です"
    }
    a_script_thread_panicked(why) {
        "a bug: a script thread panicked: {why}"
        / "バグ: スクリプトのスレッドがパニックしました: {why}"
    }
    no_thread_could_be_started(error) { "no thread could be started: {error}" / "スレッドを開始できません: {error}" }
    no_message() { "(no message)" / "（メッセージなし）" }
    the_script_ran_too_many_operations_without() {
        "the script ran too many operations without a host call"
        / "ホスト呼び出しなしに演算を実行しすぎました"
    }
    the_script_holds_too_much_memory() {
        "the script holds too much memory"
        / "スクリプトのメモリー使用量が多すぎます"
    }
    the_script_computed_for_too_long_without() {
        "the script computed for too long without a host call"
        / "ホスト呼び出しなしに計算を続けすぎました"
    }
    the_script_nests_values_too_deeply_in_one() {
        "the script nests values too deeply in one another"
        / "値の入れ子が深すぎます"
    }
    sleep_would_block() {
        "`sleep` would block without a trace: use `time::sleep`"
        / "`sleep` は記録なしに止まります: `time::sleep` を使ってください"
    }
    timestamp_would_read_a_clock() {
        "`timestamp` would read a clock that no rehearsal can turn: use `time::now`"
        / "`timestamp` はリハーサルで進められない時計を読みます: `time::now` を使ってください"
    }
    exit_would_end_without_closes() {
        "`exit` would end the run without its closes: use `throw` for a failure, `return` inside a step"
        / "`exit` は後始末なしに実行を終えます: 失敗には `throw`、ステップの中では `return` を使ってください"
    }
    no_list_of_functions() {
        "`get_fn_metadata_list` is not available: use `runbook manual` for the list of functions"
        / "`get_fn_metadata_list` は使えません: 関数の一覧は `runbook manual` で見られます"
    }
    no_name_of_a_module(path) {
        "{path} is no name of a module: write `a-z`, `0-9`, `_`, `-` and `/`, such as \"std/probe\""
        / "{path} はモジュールの名前ではありません: `a-z`・`0-9`・`_`・`-`・`/` で書きます（例: \"std/probe\"）"
    }
}
