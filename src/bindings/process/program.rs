//! Which file a program is: found once, as an absolute path, and never in the folder that it happens to run in.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use crate::messages::bindings_process as messages;
use crate::model::failure::Failure;

/// The file of `program`: a path with a slash is taken below `project` unless it is absolute, a name is looked up in `path`.
///
/// # Errors
/// A program that is not there; nothing was started.
pub(super) fn find(program: &str, project: &Path, path: Option<&OsStr>) -> Result<PathBuf, Failure> {
    if program.contains('/') {
        let file = project.join(program);
        return if runs(&file) {
            Ok(file)
        } else if file.is_file() {
            Err(Failure::invalid(messages::cannot_be_run_it_is_not_executable(program))
                .hint(format!("`chmod +x {program}`")))
        } else {
            Err(Failure::invalid(messages::there_is_no_program(program)))
        };
    }
    let Some(path) = path else {
        return Err(Failure::invalid(messages::cannot_be_looked_up_path_is_not_set(program)));
    };
    let folders = path.as_bytes().split(|byte| *byte == b':').map(|folder| Path::new(OsStr::from_bytes(folder)));
    let mut files = folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(program));
    files.find(|file| runs(file)).ok_or_else(|| {
        Failure::invalid(messages::there_is_no_program_in_path(program))
            .hint(messages::install_it(path.to_string_lossy()))
    })
}

fn runs(file: &Path) -> bool {
    file.is_file() && rustix::fs::access(file, Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn put(folder: &Path, name: &str, mode: u32) {
        std::fs::write(folder.join(name), "#!/bin/sh\n").expect("write");
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(mode)).expect("mode");
    }

    #[test]
    fn a_name_is_found_in_path_and_never_in_the_project() {
        let (project, bin) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
        put(project.path(), "tool", 0o755);
        let path = format!("::.:{}", bin.path().display());
        let missing = find("tool", project.path(), Some(OsStr::new(&path))).expect_err("not in the project");
        assert!(missing.message.contains("`PATH`") && missing.hint.expect("hint").contains(&path));
        put(bin.path(), "tool", 0o755);
        assert_eq!(find("tool", project.path(), Some(OsStr::new(&path))), Ok(bin.path().join("tool")));
        assert!(find("tool", project.path(), None).is_err());
    }

    #[test]
    fn a_path_is_below_the_project_unless_it_is_absolute() {
        let project = tempfile::tempdir().expect("folder");
        put(project.path(), "tool", 0o755);
        put(project.path(), "text", 0o644);
        assert_eq!(find("./tool", project.path(), None), Ok(project.path().join("./tool")));
        assert_eq!(find("/bin/sh", project.path(), None), Ok(PathBuf::from("/bin/sh")));
        assert!(find("./text", project.path(), None).expect_err("a text").message.contains("not executable"));
        assert!(find("./none", project.path(), None).expect_err("missing").message.contains("no program"));
        assert!(find("./", project.path(), None).is_err());
    }
}
