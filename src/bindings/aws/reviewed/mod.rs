//! What people know of AWS operations and the models don't say: effects, secrets, tokens, IAM actions. Each is a table in TOML that reads as a
//! list, with a reason for each line.

mod argument_path;
pub mod arguments;
pub mod effects;
pub mod iam_actions;
pub mod sensitive;
pub mod tokens;
