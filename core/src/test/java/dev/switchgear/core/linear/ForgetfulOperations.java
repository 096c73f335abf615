package dev.switchgear.core.linear;

import org.jetbrains.lincheck.datastructures.Operation;

/// A counter that forgets: what [LinearityTest] must find.
public final class ForgetfulOperations {
    private int count;

    @Operation
    public int next() {
        return ++count;
    }
}
