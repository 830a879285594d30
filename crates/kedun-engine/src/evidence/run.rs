//! The tasks of the log: signing and anchoring while the process lives.

use kedun_model::Result;
use tokio::task::JoinHandle;

use super::anchors::AnchorConfig;
use super::prepare::Evidence;

/// The running tasks; they end when this is dropped.
#[must_use = "the tasks end when this is dropped"]
pub struct EvidenceTasks(Vec<JoinHandle<()>>);

impl Drop for EvidenceTasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl Evidence {
    /// Takes anchors into use and begins to sign and to anchor.
    ///
    /// # Errors
    /// As [`Evidence::use_anchors`].
    pub async fn run(&self, anchors: Vec<AnchorConfig>) -> Result<EvidenceTasks> {
        self.use_anchors(anchors).await?;
        Ok(EvidenceTasks(vec![
            tokio::spawn(self.clone().sign_for_ever()),
            tokio::spawn(self.clone().anchor_for_ever()),
        ]))
    }
}
