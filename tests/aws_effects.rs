//! What people know of AWS operations and the models don't say: effects, secrets, tokens, IAM actions.

#[path = "aws/mod.rs"]
mod aws;

#[path = "aws_effects/arguments.rs"]
mod arguments;
#[path = "aws_effects/effects.rs"]
mod effects;
#[path = "aws_effects/model.rs"]
mod model;
#[path = "aws_effects/models.rs"]
mod models;
