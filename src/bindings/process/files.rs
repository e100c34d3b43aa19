//! Private files of a program: secrets that it takes from a file alone.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::arguments::Arguments;
use crate::binding::Context;
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::world::guardian::Guardian;
use crate::world::private_files::{PrivateFiles, PrivateFolder};

/// The texts of the files, by the variables that hold their paths.
pub(super) struct Files {
    texts: BTreeMap<String, Zeroizing<String>>,
    place: Arc<PrivateFiles>,
}

impl Files {
    /// The files that a call asks for, secrets filled in; nothing is written yet.
    pub(super) fn of(args: &Arguments, context: &Context<'_>) -> Result<Self, Failure> {
        let texts = args.files.iter().map(|(name, text)| Ok((name.clone(), text.reveal(context)?)));
        let place = context.shared.get::<PrivateFiles, Failure>(|| Ok(PrivateFiles::of(None)))?;
        Ok(Files { texts: texts.collect::<Result<_, Failure>>()?, place })
    }

    /// Writes them, once the guardian knows what to remove, and sets their variables. They are gone when what this gives is dropped.
    pub(super) fn write(
        self,
        guardian: &Guardian,
        number: u32,
        environment: &mut BTreeMap<OsString, OsString>,
    ) -> Result<Option<PrivateFolder>, Failure> {
        if self.texts.is_empty() {
            return Ok(None);
        }
        let cannot = |error: std::io::Error| Failure::invalid(messages::files_unwritable(error));
        let folder = self.place.folder().map_err(cannot)?;
        guardian.mind(number, &folder.open_folder()).map_err(cannot)?;
        for (name, text) in &self.texts {
            let path = folder.write(name, text).map_err(cannot)?;
            environment.insert(OsString::from(name), path.into());
        }
        Ok(Some(folder))
    }
}
