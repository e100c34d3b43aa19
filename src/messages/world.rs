//! What the world says: files of the project, secrets, output.

use super::messages;

messages! {
    a_path_cannot_be_empty_or_hold() {
        "a path can't be empty or hold a zero byte"
        / "パスは空にできず、ゼロバイトを含めません"
    }
    is_absolute_paths_are_below_the_project(text) {
        "`{text}` is absolute: paths are below the project's folder"
        / "`{text}` は絶対パスです: パスはプロジェクトのフォルダーの下に限ります"
    }
    goes_up_with_paths_are_below_the_project(text) {
        "`{text}` goes up with `..`: paths are below the project's folder"
        / "`{text}` は `..` で上に出ます: パスはプロジェクトのフォルダーの下に限ります"
    }
    is_the_project_s_folder_itself(text) {
        "`{text}` is the project's folder itself"
        / "`{text}` はプロジェクトのフォルダー自身です"
    }
    is_not_there(path) { "`{path}` is not there" / "`{path}` がありません" }
    is_a_symbolic_link_and_links_are_not(path) {
        "`{path}` is a symbolic link, and links are not followed"
        / "`{path}` はシンボリックリンクで、リンクはたどりません"
    }
    in_is_a_symbolic_link_and_links_are(part, path) {
        "`{part}` in `{path}` is a symbolic link, and links are not followed"
        / "`{path}` の `{part}` はシンボリックリンクで、リンクはたどりません"
    }
    is_not_a_folder(part) { "`{part}` is not a folder" / "`{part}` はフォルダーではありません" }
    is_not_a_file(path) { "`{path}` is not a file" / "`{path}` はファイルではありません" }
    the_secret_is_not_known_in_this_run(shown) {
        "the secret `{shown}` is not known in this run"
        / "秘密の値 `{shown}` はこの実行では分かりません"
    }
    standard_error() { "standard error" / "標準エラー" }
    standard_output() { "standard output" / "標準出力" }
    cannot_be_written(stream, error) { "{stream} can't be written: {error}" / "{stream} に書き込めません: {error}" }
}
