package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.server.api.Problem;

/// Ends the reading of a request that cannot be served. It never gets as far as the edge.
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    // Never serialized.
    private final transient Problem problem;

    public Refused(Problem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
