package dev.switchgear.server.api.llm.responses;

import dev.switchgear.server.api.Problem;

/// Ends the reading of a request that cannot be served. It does not leave this package.
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    // Never serialized.
    private final transient Problem problem;

    Refused(Problem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
