//! The program itself as a child process.

use crate::harness::{Answer, Backend, connections, empty_database, new_folder, openly};
use crate::tokens::bad_tokens::{
    good_token,
    world::{AUDIENCE, BY_CLAIM, ORG_NUMBER, Signer, World},
};
use api::{
    clock::Clock,
    config::Config,
    demo::data::{PERSONAS, Persona},
    migrate,
};
use serde_json::{Value, json};
use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

/// The program, which `tests/run` builds.
pub fn program() -> Command {
    let test = std::env::current_exe().expect("the path of the suite");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("the folder of the build");
    let program = folder.join("samverkan");
    assert!(
        program.exists(),
        "{} is missing: run `cargo build -p api`, or `tests/run`, which does",
        program.display()
    );
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SAMVERKAN_") {
            command.env_remove(name);
        }
    }
    command.env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn execute(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = program();
    command.args(arguments).envs(environment.iter().copied());
    command.output().expect("the program runs")
}

/// What was printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A production installation on a database of its own, filled as of today, with a real issuer's key set.
pub struct Installation {
    pub folder: PathBuf,
    pub database_url: String,
    address: SocketAddr,
    world: World,
    http: reqwest::Client,
}

impl Installation {
    pub async fn new(backend: Backend) -> Self {
        let folder = new_folder();
        let database_url = empty_database(backend, &folder).await;
        Self::over(folder, database_url, "").await
    }

    /// Over a database that is empty, with further lines of the configuration's table `database`.
    pub async fn over(folder: PathBuf, database_url: String, settings: &str) -> Self {
        let world = World::default();
        let [_, (name, keys), _] = world.key_sets();
        std::fs::write(folder.join(name), keys).expect("a key set");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut numbers: Vec<&str> = PERSONAS.iter().map(|one| one.organisation_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let connections = connections(16);
        let config = format!(
            r#"
listen = "{address}"
log = "json"
audience = "{AUDIENCE}"

[database]
url = "{database_url}"
max_connections = {connections}
{settings}

[[issuer]]
name = "staff"
url = "{BY_CLAIM}"
mode = "by_claim"
organisations = {numbers:?}
keys_file = "{name}"
"#
        );
        std::fs::write(folder.join("samverkan.toml"), config).expect("a configuration");
        let installation = Self {
            folder,
            database_url,
            address,
            world,
            http: reqwest::Client::builder()
                .no_proxy()
                .pool_max_idle_per_host(0)
                .timeout(Duration::from_secs(20))
                .build()
                .expect("an HTTP client"),
        };
        installation.fill().await;
        installation
    }

    async fn fill(&self) {
        let environment = [(
            "SAMVERKAN_DATABASE_URL".to_owned(),
            self.database_url.clone(),
        )];
        let database = Config::load(None, environment)
            .expect("a configuration")
            .database;
        migrate::migrate(&database).await.expect("migrations apply");
        migrate::fill_if_empty(&database, Clock::default().now())
            .await
            .expect("the data is filled in");
        let connection = openly(&self.database_url).await;
        sea_orm::ConnectionTrait::execute_unprepared(
            &connection,
            &format!("UPDATE membership SET issuer = '{BY_CLAIM}' WHERE issuer IS NOT NULL"),
        )
        .await
        .expect("everybody is known to the issuer");
        connection.close().await.expect("the connection closes");
    }

    /// Runs a command of this installation.
    pub fn run(&self, command: &str) -> Output {
        let config = self.folder.join("samverkan.toml");
        execute(
            &[command, "--config", config.to_str().expect("a path")],
            &[],
        )
    }

    /// Starts the server, and waits until it is ready.
    pub async fn serve(&self) -> Process {
        let log = self.folder.join("log");
        let mut command = program();
        command
            .arg("serve")
            .arg("--config")
            .arg(self.folder.join("samverkan.toml"));
        command
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a log"));
        let child = command.spawn().expect("the program starts");
        let mut process = Process { child, log };
        let start = Instant::now();
        while self
            .get("/readyz")
            .await
            .is_none_or(|answer| answer.status != 200)
        {
            assert!(
                start.elapsed() < Duration::from_secs(5),
                "the server is not ready within 5 s: {}",
                process.log()
            );
            assert!(
                process.ended().is_none(),
                "the server has ended: {}",
                process.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process
    }

    /// Lets the next server run on another database.
    pub fn move_to(&mut self, database_url: &str) {
        let file = self.folder.join("samverkan.toml");
        let config = std::fs::read_to_string(&file).expect("the configuration");
        let config = config.replace(&self.database_url, database_url);
        std::fs::write(&file, config).expect("a configuration");
        database_url.clone_into(&mut self.database_url);
    }

    /// Asks for a path; none if nobody answers.
    pub async fn get(&self, path: &str) -> Option<Answer> {
        let url = format!("http://{}{path}", self.address);
        Answer::try_to(self.http.get(url)).await.ok()
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// A token for somebody of the demonstration, as of now.
    pub fn token(&self, persona: &Persona) -> String {
        let now = Clock::default().now().timestamp();
        let claims = [
            ("sub", json!(persona.subject)),
            (ORG_NUMBER, json!(persona.organisation_number)),
        ];
        good_token(&self.world, BY_CLAIM, Signer::ByClaim, now, &claims)
    }

    /// Asks as Växjö's coordinator.
    pub async fn ask(&self, query: &str, variables: Value) -> Result<Answer, reqwest::Error> {
        let request = self
            .http
            .post(self.url())
            .bearer_auth(self.token(&PERSONAS[0]));
        Answer::try_to(request.json(&json!({ "query": query, "variables": variables }))).await
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A running server; killed if a test forgets it.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Asks it to stop, as an orchestrator does.
    pub fn terminate(&self) {
        let sent = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(
            sent.expect("`kill` runs").success(),
            "the process is there to be stopped"
        );
    }

    /// Kills it without warning.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process is killed");
        self.child.wait().expect("and is gone");
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child
            .try_wait()
            .expect("the process can be asked after")
    }

    /// Waits for its end.
    pub async fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(
                start.elapsed() < Duration::from_secs(25),
                "the server did not stop: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
