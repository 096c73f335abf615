package dev.switchgear.families.llm.scan;

import dev.switchgear.families.json.BoundedJson;
import tools.jackson.core.json.JsonFactory;

/// How much a client's JSON may ask of us. The size of the whole body is the door's to bound, and with
/// it that of every string. Immutable and thread-safe; meant to be made once.
public final class ScanLimits {
    /// Depth 64, numbers of 64 digits.
    public static final ScanLimits DEFAULT = deep(64);

    private final int depth;
    private final int numberDigits;
    private final JsonFactory json;

    /// @param depth how deep objects and arrays may nest; 1 or more
    /// @param numberDigits how many characters one number may have; 1 or more
    public ScanLimits(int depth, int numberDigits) {
        require(depth, "depth");
        require(numberDigits, "number-digits");
        this.depth = depth;
        this.numberDigits = numberDigits;
        this.json = BoundedJson.factory(depth, numberDigits);
    }

    /// The default limits, with another depth.
    public static ScanLimits deep(int depth) {
        return new ScanLimits(depth, 64);
    }

    private static void require(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "scan-limits." + name + ": " + value + " (expected: 1 or more)");
        }
    }

    int depth() {
        return depth;
    }

    int numberDigits() {
        return numberDigits;
    }

    JsonFactory json() {
        return json;
    }
}
