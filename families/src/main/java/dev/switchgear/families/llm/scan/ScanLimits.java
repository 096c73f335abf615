package dev.switchgear.families.llm.scan;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// How much a client's JSON may ask of us. The size of the whole body is the door's to bound.
/// Immutable and thread-safe; meant to be made once.
public final class ScanLimits {
    /// Depth 64, strings of 20 MiB, numbers of 64 digits.
    public static final ScanLimits DEFAULT = deep(64);

    private final int stringBytes;
    private final JsonFactory json;

    /// @param depth how deep objects and arrays may nest; 1 or more
    /// @param stringBytes how long one string may be; 1 or more
    /// @param numberDigits how many characters one number may have; 1 or more
    public ScanLimits(int depth, int stringBytes, int numberDigits) {
        require(depth, "depth");
        require(stringBytes, "string-bytes");
        require(numberDigits, "number-digits");
        this.stringBytes = stringBytes;
        this.json =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(depth)
                                        .maxStringLength(stringBytes)
                                        .maxNumberLength(numberDigits)
                                        .build())
                        .build();
    }

    /// The default limits, with another depth.
    public static ScanLimits deep(int depth) {
        return new ScanLimits(depth, 20 * 1024 * 1024, 64);
    }

    private static void require(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "scan-limits." + name + ": " + value + " (expected: 1 or more)");
        }
    }

    int stringBytes() {
        return stringBytes;
    }

    JsonFactory json() {
        return json;
    }
}
