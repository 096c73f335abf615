package dev.switchgear.families.llm.dialect.responses;

import dev.switchgear.families.llm.dialect.Halves;

/// What has been read of one output item. Not thread-safe.
final class ReadItem {
    final String type;
    final Halves halves = new Halves();

    /// The last part of a message, and of a reasoning's summary and content, of which a piece came.
    int contentPart = -1;

    int summaryPart = -1;
    int openPart = -1;

    /// Whether it is a call that has been told of, and under which number.
    boolean started;

    int toolIndex = -1;
    boolean arguments;
    boolean closed;

    ReadItem(String type) {
        this.type = type;
    }
}
