//! What the functions of AWS services say.

use super::messages;

messages! {
    a_bool() { "true or false" / "真偽値" }
    a_list() { "a list" / "リスト" }
    a_map() { "a map" / "マップ" }
    a_moment() { "a time (RFC 3339, or seconds since 1970)" / "日時（RFC 3339 または 1970 年からの秒数）" }
    a_number() { "a number" / "数値" }
    a_string() { "a string" / "文字列" }
    a_string_or_bytes() { "a string, or `#{{ base64: … }}`" / "文字列または `#{{ base64: … }}`" }
    an_integer() { "an integer" / "整数" }
    anything() { "any value" / "任意の値" }
    answer_lost(call, why) { "`{call}` got no answer: {why}" / "`{call}` の応答がありません: {why}" }
    by_argument(path, effect, why) { "with `{path}` it can be {effect}: {why}" / "`{path}` によっては {effect} になります: {why}" }
    cannot_be_sent(call, why) { "`{call}` can't be sent: {why}" / "`{call}` を送信できません: {why}" }
    cannot_come_any_more(name, seen) { "{name} can't come any more: {seen}" / "{name} にはもうなりません: {seen}" }
    has_not_come(name, limit, seen) { "{name} did not come within {limit}: {seen}" / "{limit} 以内に {name} になりませんでした: {seen}" }
    waits_for(name, seen) { "waits for {name}: {seen}" / "{name} を待っています: {seen}" }
    option_every() { "How often to ask" / "確認の間隔" }
    option_wait_timeout() { "How long to wait" / "待つ時間の上限" }
    cannot_take(operation, problems) { "`{operation}` can't be called so: {problems}" / "`{operation}` をこの引数では呼び出せません: {problems}" }
    cannot_tell(operation) {
        "whether `{operation}` was done can't be told by itself" / "`{operation}` が実行されたかどうかは自動では判断できません"
    }
    denied(call) { "the credentials lack a permission for `{call}`" / "認証情報に `{call}` の権限がありません" }
    deprecated() { "AWS advises against it" / "AWS は非推奨としています" }
    described_at(page) { "described at {page}" / "説明: {page}" }
    did_you_mean(meant) { "did you mean `{meant}`?" / "`{meant}` の間違いではありませんか？" }
    expected_and_got(expected, got) { "expected {expected}, got {got}" / "{expected}が必要ですが、{got}です" }
    filled_in() { "filled in when it is not given" / "省略すると自動で設定されます" }
    iam_actions(actions) { "IAM: {actions}" / "IAM アクション: {actions}" }
    is_no_moment(text) { "`{text}` is no time" / "`{text}` は日時ではありません" }
    list_too_long(items, max) { "{items} items, at most {max} are taken" / "要素が {items} 個ありますが、最大 {max} 個です" }
    log_in() { "log in: `aws sso login`, `aws login`, or set `AWS_PROFILE`" / "ログインしてください: `aws sso login`、`aws login`、または `AWS_PROFILE` を設定" }
    log_in_again() { "log in again, then resume the run" / "ログインし直してから再開してください" }
    log_in_there() { "log in to the account of the environment: another `AWS_PROFILE`" / "環境のアカウントにログインしてください（`AWS_PROFILE` の切り替えなど）" }
    members_of_the_request(operation) {
        "The members of the request, named as in the API reference of `{operation}`" / "リクエストのメンバー（名前は `{operation}` の API リファレンスのとおり）"
    }
    may_be_a_secret() { "may be a secret" / "秘密を渡せます" }
    must_be_given(name, kind) { "`{name}` must be given: {kind}" / "`{name}` は必須です（{kind}）" }
    no_account() { "AWS does not say which account the credentials are of" / "認証情報のアカウントを AWS から確認できません" }
    no_credentials(call, why) { "there are no credentials for `{call}`: {why}" / "`{call}` の認証情報がありません: {why}" }
    no_endpoint(service, region, why) { "{service} has no endpoint in `{region}`: {why}" / "{service} のエンドポイントが `{region}` にありません: {why}" }
    no_endpoint_url(url, why) { "the endpoint `{url}` of the settings is no address: {why}" / "設定のエンドポイント `{url}` はアドレスではありません: {why}" }
    no_region() { "no region is set" / "リージョンが設定されていません" }
    not_let_through(operation) {
        "the request is not the one that was let through, for `{operation}`: nothing was sent" / "許可された `{operation}` のリクエストと異なるため、送信していません"
    }
    not_reached(call, why) { "`{call}` reached nobody: {why}" / "`{call}` の接続先に届きません: {why}" }
    only_one_member() { "exactly one member can be given" / "指定できるメンバーは 1 つだけです" }
    option_is_wrong(name, wanted) { "`{name}` is no {wanted}" / "`{name}` は {wanted} ではありません" }
    option_limit() { "How many items are wanted at most" / "取得する要素の最大数" }
    option_pages() { "Whether all pages are fetched; without, the answer is as it comes" / "すべてのページを取得するかどうか。しない場合は応答をそのまま返します" }
    option_region() { "The region to call; else that of the settings" / "呼び出すリージョン。省略時は設定のリージョン" }
    option_timeout() { "How long all of it may take" / "全体の制限時間" }
    page(number, items) { "page {number}, {items} items so far" / "{number} ページ目（これまで {items} 件）" }
    say_a_region() { "set `AWS_REGION`, or say `#{{ region: … }}`" / "`AWS_REGION` を設定するか、`#{{ region: … }}` を指定してください" }
    service_says(call, code, message) { "`{call}` was answered with {code}: {message}" / "`{call}` の応答は {code} です: {message}" }
    set_the_region(region) { "set `AWS_REGION={region}`" / "`AWS_REGION={region}` を設定してください" }
    signs_otherwise(service) { "{service} wants another signature than version 4" / "{service} は署名バージョン 4 以外を必要とします" }
    streams_events(operation) { "`{operation}` streams events, which is not possible here" / "`{operation}` はイベントストリームを使うため、ここでは呼び出せません" }
    takes_no_members(operation) { "`{operation}` takes no members" / "`{operation}` にメンバーはありません" }
    takes_no_secret() { "a secret can't go here: AWS shows this member to everybody who may read it" / "ここに秘密は入れられません（読み取れる人全員に表示されるメンバーです）" }
    the_same_page_again() { "the service gives the same page again and again" / "サービスが同じページを返し続けています" }
    throttled() { "AWS asks for fewer requests; it was tried several times" / "リクエストが多すぎると AWS が応答しています（何度か再試行済み）" }
    took_longer_than(operation, limit) { "`{operation}` took longer than {limit}" / "`{operation}` が {limit} 以内に終わりませんでした" }
    unknown_member(name) { "there is no member `{name}`" / "`{name}` というメンバーはありません" }
    unknown_word(text) { "`{text}` is not a value that the model knows" / "`{text}` はモデルにない値です" }
    was_stopped(operation) { "`{operation}` was stopped" / "`{operation}` は中断されました" }
    wrong_account(account, wanted) {
        "the credentials are of account {account}, and the environment is {wanted}" / "認証情報はアカウント {account} のものですが、環境は {wanted} です"
    }
    wrong_region(region, wanted) { "the region is `{region}`, and the environment is in `{wanted}`" / "リージョンは `{region}` ですが、環境は `{wanted}` です" }
    does_not_fit(number) { "{number} does not fit into 32 bits" / "{number} は 32 ビットに収まりません" }
    tables_written(services, operations, bytes) {
        "{services} services, {operations} operations, {bytes} bytes" / "サービス {services} 個、オペレーション {operations} 個、{bytes} バイト"
    }
    is_no_value_of(kind, shape) { "{kind} is no value of `{shape}`" / "{kind}は `{shape}` の値になりません" }
}
