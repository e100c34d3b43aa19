//! What the tests of AWS share: the source of botocore with its suites, and tables made of a model.

pub mod botocore;
