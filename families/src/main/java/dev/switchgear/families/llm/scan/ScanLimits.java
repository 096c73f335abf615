package dev.switchgear.families.llm.scan;

/// How much a client's JSON may ask of us. The size of the whole body is the door's to bound, and with
/// it that of every string. Immutable and thread-safe; meant to be made once.
public final class ScanLimits {
    /// Depth 64, numbers of 64 digits, counts as in [Counts#DEFAULT].
    public static final ScanLimits DEFAULT = deep(64);

    /// How many things one request may hold: each costs many times its bytes once it is read.
    ///
    /// @param messages turns, texts to embed or requests of a batch; 1 or more (default 10,000)
    /// @param parts parts of all messages together, tool calls among them; 1 or more (default 10,000)
    /// @param tools that a request offers; 1 or more (default 10,000)
    /// @param values JSON values of all kinds: what schemas, stop words and metadata are made of, but for
    ///     token ids; 1 or more (default 500,000)
    public record Counts(int messages, int parts, int tools, int values) {
        public static final Counts DEFAULT = new Counts(10_000, 10_000, 10_000, 500_000);

        public Counts {
            require(messages, "messages");
            require(parts, "parts");
            require(tools, "tools");
            require(values, "values");
        }
    }

    private final int depth;
    private final int numberDigits;
    private final Counts counts;

    /// @param depth how deep objects and arrays may nest; 1 or more
    /// @param numberDigits how many characters one number may have; 1 or more
    public ScanLimits(int depth, int numberDigits, Counts counts) {
        require(depth, "depth");
        require(numberDigits, "number-digits");
        this.depth = depth;
        this.numberDigits = numberDigits;
        this.counts = counts;
    }

    /// The default limits, with another depth.
    public static ScanLimits deep(int depth) {
        return new ScanLimits(depth, 64, Counts.DEFAULT);
    }

    /// These limits, with other counts.
    public ScanLimits holding(Counts most) {
        return new ScanLimits(depth, numberDigits, most);
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

    Counts counts() {
        return counts;
    }
}
