//! What the importer asks for: check, run, pause, go on, cancel, undo.

use kedun_model::{Action, Caller, Error, ImportId, Result};

use super::handlers::{CHECK, RUN, UNDO};
use super::mapping::unclassified;
use super::row::{ImportRow, Move, no_bytes, no_text, wrong_state};
use super::types::{ImportState, Progress};
use super::{ImportView, Imports, Inner};
use ImportState::{Cancelled, Checked, Checking, Done, Failed, Mapped, Paused, Running, Undoing, Uploaded};

impl Imports {
    /// Reads every row and tells what an import would do, without doing it.
    ///
    /// # Errors
    /// `import.state`; `access.*`; `not_found`.
    pub async fn dry_run(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        self.door.grant(caller, &import.object, Action::Import).await?;
        // After a run that failed the check still stands.
        if import.mapping.is_none() || (import.state == Failed && import.counts.is_some()) {
            return Err(wrong_state(import.state));
        }
        let job = self.job(caller, id, CHECK)?;
        let set = vec![
            ("job", job.id.0.into()),
            ("counts", no_text()),
            ("sample", no_bytes()),
            ("progress", no_text()),
            ("code", no_text()),
        ];
        let step = Move {
            from: &[Mapped, Checked, Failed],
            to: Checking,
            action: "import.dry_run",
            set,
            job: Some(job),
            details: Vec::new(),
            counts: Vec::new(),
        };
        self.move_import(caller, &import, step).await?;
        self.view(caller, id).await
    }

    /// Imports the rows as they were checked.
    ///
    /// # Errors
    /// `import.state`; 422 `import.personal_data_in_unclassified`; `access.*`; `not_found`.
    pub async fn run(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        self.door.grant(caller, &import.object, Action::Import).await?;
        let counts = import.counts.clone().unwrap_or_default();
        let acknowledged = import.mapping.as_ref().is_some_and(|m| m.acknowledged);
        if import.state == Checked && !acknowledged && !counts.findings.is_empty() {
            let mut columns: Vec<usize> = counts.findings.iter().map(|(column, ..)| *column).collect();
            columns.dedup();
            let fields = columns.into_iter().map(unclassified).collect();
            return Err(Error::invalid("import.personal_data_in_unclassified").with_fields(fields));
        }
        let progress = Progress { total: counts.rows, since: self.now(), ..Progress::default() };
        self.start_run(caller, &import, &[Checked], "import.run", progress).await?;
        self.view(caller, id).await
    }

    /// Goes on after a pause or a failure.
    ///
    /// # Errors
    /// `import.state`; `access.*`; `not_found`.
    pub async fn resume(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        self.door.grant(caller, &import.object, Action::Import).await?;
        let Some(mut progress) = import.progress.clone().filter(|_| import.counts.is_some() && !import.gone)
        else {
            return Err(wrong_state(import.state));
        };
        (progress.since, progress.since_done) = (self.now(), progress.done);
        self.start_run(caller, &import, &[Paused, Failed], "import.resume", progress).await?;
        self.view(caller, id).await
    }

    /// Stops an import after the batch that is under way.
    ///
    /// # Errors
    /// `import.state`; `not_found`.
    pub async fn pause(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        let step = Move {
            from: &[Running],
            to: Paused,
            action: "import.pause",
            set: Vec::new(),
            job: None,
            details: Vec::new(),
            counts: Vec::new(),
        };
        self.move_import(caller, &import, step).await?;
        self.view(caller, id).await
    }

    /// Gives an import up and deletes its file. What is in already stays in until it is undone.
    ///
    /// # Errors
    /// `import.state`; `not_found`.
    pub async fn cancel(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        let step = Move {
            from: &[Uploaded, Mapped, Checking, Checked, Running, Paused, Failed],
            to: Cancelled,
            action: "import.cancel",
            set: vec![("gone", true.into()), ("details", Vec::<u8>::new().into()), ("sample", no_bytes())],
            job: None,
            details: Vec::new(),
            counts: vec![("rows", import.progress.as_ref().map_or(0, |p| p.done))],
        };
        self.move_import(caller, &import, step).await?;
        self.delete_files(id).await?;
        self.view(caller, id).await
    }

    /// Takes an import back: what it made is removed, what it changed is as it was.
    ///
    /// # Errors
    /// `import.nothing_to_undo`; `import.undo_expired`; `import.state`; `access.*`; `not_found`.
    pub async fn undo(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        self.door.grant(caller, &import.object, Action::Import).await?;
        let from = [Done, Cancelled, Paused, Failed];
        if !from.contains(&import.state) {
            return Err(wrong_state(import.state));
        }
        // The counts of a check and the progress of a run: it was begun.
        if import.counts.is_none() || import.progress.is_none() {
            return Err(Error::conflict("import.nothing_to_undo"));
        }
        if import.keep_until <= self.now() {
            return Err(Error::conflict("import.undo_expired"));
        }
        let job = self.job(caller, id, UNDO)?;
        let step = Move {
            from: &from,
            to: Undoing,
            action: "import.undo",
            set: vec![("job", job.id.0.into()), ("code", no_text())],
            job: Some(job),
            details: Vec::new(),
            counts: Vec::new(),
        };
        self.move_import(caller, &import, step).await?;
        self.view(caller, id).await
    }
}

impl Inner {
    async fn start_run(
        &self,
        caller: &Caller,
        import: &ImportRow,
        from: &[ImportState],
        action: &'static str,
        progress: Progress,
    ) -> Result<()> {
        let job = self.job(caller, import.id, RUN)?;
        let text = serde_json::to_string(&progress).map_err(Error::internal)?;
        let step = Move {
            from,
            to: Running,
            action,
            set: vec![("job", job.id.0.into()), ("progress", text.into()), ("code", no_text())],
            job: Some(job),
            details: Vec::new(),
            counts: vec![("rows", progress.total)],
        };
        self.move_import(caller, import, step).await
    }
}
