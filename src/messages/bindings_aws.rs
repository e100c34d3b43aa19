//! What the functions of AWS services say.

use super::messages;

messages! {
    does_not_fit(number) { "{number} does not fit into 32 bits" / "{number} は 32 ビットに収まりません" }
    is_no_value_of(kind, shape) { "{kind} is no value of `{shape}`" / "{kind}は `{shape}` の値になりません" }
}
