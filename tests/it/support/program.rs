//! The program as people run it: with a file of settings, variables, and what it prints.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use tempfile::TempDir;

use super::{eventually, folder, program, roomy_folder};

/// The program with a folder of its own; of this process's variables it sees only the path.
pub(crate) struct Program {
    folder: Arc<TempDir>,
    /// Where its data folder lies.
    roomy: Arc<TempDir>,
    /// What starts it, where it is not started as it is.
    starter: Vec<String>,
    variables: Vec<(String, String)>,
    started: AtomicU32,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// The program with defaults only, and its home and data in a folder of this test.
    pub(crate) fn new() -> Self {
        let (folder, roomy) = (Arc::new(folder()), Arc::new(roomy_folder()));
        let program = Self { folder, roomy, starter: Vec::new(), variables: Vec::new(), started: AtomicU32::new(0) };
        let (home, data) = (program.path("home"), program.data());
        program.env("HOME", home.display()).env("CARTUM_ROAPP__DATABASE__DATA_DIR", data.display())
    }

    /// With these settings in the file that `--config` would name.
    pub(crate) fn config(self, text: &str) -> Self {
        let path = self.path("shop.toml");
        fs::write(&path, text).unwrap();
        self.env("CARTUM_ROAPP_CONFIG", path.display())
    }

    /// Started by this command, which is given the program and its arguments.
    pub(crate) fn started_by(self, starter: &[&str]) -> Self {
        Self { starter: starter.iter().map(|word| (*word).to_owned()).collect(), ..self }
    }

    /// With one more variable.
    pub(crate) fn env(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.variables.push((name.to_owned(), value.to_string()));
        self
    }

    /// A file in the folder of this test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its data folder, which is not there yet.
    pub(crate) fn data(&self) -> PathBuf {
        self.roomy.path().join("data")
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Finished {
        let mut running = self.start(arguments);
        let status = running.ended().await;
        Finished { success: status.success(), stdout: running.stdout(), stderr: running.stderr() }
    }

    /// Starts a command, with an open standard input.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        self.start_with(arguments, &[])
    }

    /// Runs a command to its end, with this on its standard input.
    pub(crate) async fn run_with_input(&self, input: &str, arguments: &[&str]) -> Finished {
        use std::io::Write as _;
        let mut running = self.start(arguments);
        let mut stdin = running.child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        let status = running.ended().await;
        Finished { success: status.success(), stdout: running.stdout(), stderr: running.stderr() }
    }

    /// Runs a shell's line, in which `$PROGRAM` is the program, on a terminal of so many columns.
    pub(crate) async fn on_terminal(&self, columns: u32, line: &str) -> Finished {
        let mut running = self.start_on_terminal(columns, line);
        let status = running.ended().await;
        Finished { success: status.success(), stdout: running.stdout(), stderr: running.stderr() }
    }

    /// Starts it there.
    pub(crate) fn start_on_terminal(&self, columns: u32, line: &str) -> Running {
        let starter = r#"PROGRAM=$1 script -qec "stty cols $2 rows 24; $3" /dev/null"#;
        self.start_by(&["sh", "-c", starter, "sh"], &[&columns.to_string(), line], &[])
    }

    /// Runs a command on a terminal, where a person types this to what it asks.
    pub(crate) async fn answer(&self, typed: &str, arguments: &[&str]) -> Finished {
        // What is typed stays readable until the end of the terminal's session.
        let terminal = format!("(echo {typed}; sleep 3) | script -qec \"$*\" /dev/null");
        let quoted: Vec<_> = arguments.iter().map(|word| format!("'{word}'")).collect();
        let quoted: Vec<_> = quoted.iter().map(String::as_str).collect();
        let mut running = self.start_by(&["sh", "-c", &terminal, "sh"], &quoted, &[]);
        let status = running.ended().await;
        Finished { success: status.success(), stdout: running.stdout(), stderr: running.stderr() }
    }

    /// The same with more variables.
    pub(crate) fn start_with(&self, arguments: &[&str], variables: &[(String, String)]) -> Running {
        let starter: Vec<_> = self.starter.iter().map(String::as_str).collect();
        self.start_by(&starter, arguments, variables)
    }

    fn start_by(&self, starter: &[&str], arguments: &[&str], variables: &[(String, String)]) -> Running {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let file = |name: &str| self.path(&format!("{number}.{name}"));
        let (stdout, stderr) = (file("stdout"), file("stderr"));
        let program = program().to_str().unwrap();
        let mut words = starter.iter().copied().chain([program]).chain(arguments.iter().copied());
        let mut command = Command::new(words.next().unwrap());
        command.args(words).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().chain(variables).map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
        Running {
            child: command.spawn().unwrap(),
            stdout,
            stderr,
            _folders: [&self.folder, &self.roomy].map(Arc::clone),
        }
    }
}

/// A command that runs. It is killed with this.
pub(crate) struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
    /// What it works in stays while it runs.
    _folders: [Arc<TempDir>; 2],
}

impl Running {
    /// What it has printed so far.
    pub(crate) fn stdout(&self) -> String {
        read(&self.stdout)
    }

    /// What it has logged so far.
    pub(crate) fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// The first whole line on standard output.
    pub(crate) async fn first_line(&self) -> String {
        eventually("a line of output", async || Some(self.stdout().split_once('\n')?.0.to_owned())).await
    }

    /// Waits until this stands on standard output.
    pub(crate) async fn prints(&self, text: &str) {
        eventually(text, async || self.stdout().contains(text).then_some(())).await;
    }

    /// Waits until this is logged on standard error.
    pub(crate) async fn logs(&self, text: &str) {
        eventually(text, async || self.stderr().contains(text).then_some(())).await;
    }

    /// Where the daemon listens, as its log (in JSON) has it.
    pub(crate) async fn address(&self) -> SocketAddr {
        eventually("the address", async || {
            let log = self.stdout();
            let started = log.lines().find(|line| line.contains("\"started\""))?;
            let started: serde_json::Value = serde_json::from_str(started).ok()?;
            Some(started["address"].as_str().unwrap().parse().unwrap())
        })
        .await
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended yet.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends it a signal, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success(), "{sent}");
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let child = &mut self.child;
        let limit = tokio::time::Instant::now() + std::time::Duration::from_mins(1);
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            assert!(tokio::time::Instant::now() < limit, "the program does not end");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Closes its standard input and waits for its end.
    pub(crate) async fn close_input(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.ended().await
    }

    /// Kills it, so that it can do nothing more.
    pub(crate) fn kill_9(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}
