//! What the functions of AWS services say.

use super::messages;

messages! {
    does_not_fit(number) { "{number} does not fit into 32 bits" / "{number} は 32 ビットに収まりません" }
    tables_written(services, operations, bytes) {
        "{services} services, {operations} operations, {bytes} bytes" / "サービス {services} 個、オペレーション {operations} 個、{bytes} バイト"
    }
    is_no_value_of(kind, shape) { "{kind} is no value of `{shape}`" / "{kind}は `{shape}` の値になりません" }
}
