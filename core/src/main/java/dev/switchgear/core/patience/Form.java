package dev.switchgear.core.patience;

/// In what form an answer is asked for. Each has a pace of its own: an answer in one piece begins when
/// it is finished, and one that is asked for with effort takes longer than others.
public enum Form {
    WHOLE,
    WHOLE_WITH_EFFORT,
    PIECES,
    PIECES_WITH_EFFORT,
    /// A question about a subject that takes no making, such as how large something is.
    ASIDE
}
