package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Halves;

/// What has been read of one output item. Not thread-safe.
final class ResponsesItemRead {
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

    /// Whether what it is called with is a text, which is told as the only argument of a function.
    boolean input;

    boolean closed;

    ResponsesItemRead(String type) {
        this.type = type;
    }
}
