package dev.switchgear.core.breaker;

/// How the pause grows from one opening to the next while the upstream does not recover.
public enum BreakerGrowth {
    /// 1, 2, 3, 4, 5 ... times the first pause.
    LINEAR,
    /// 1, 2, 4, 8, 16 ... times.
    EXPONENTIAL,
    /// 1, 2, 3, 5, 8 ... times: between the two.
    FIBONACCI;

    /// Past this many openings every pause has long reached its bound, and a `double` still holds
    /// the factor.
    private static final int OPENINGS_MAX = 500;

    /// By how much the pause of the given opening (1 or more) exceeds the first.
    double factor(int opening) {
        int n = Math.min(opening, OPENINGS_MAX);
        return switch (this) {
            case LINEAR -> opening;
            case EXPONENTIAL -> Math.scalb(1.0, n - 1);
            case FIBONACCI -> fibonacci(n);
        };
    }

    private static double fibonacci(int n) {
        double previous = 1;
        double current = 1;
        for (int i = 1; i < n; i++) {
            double next = previous + current;
            previous = current;
            current = next;
        }
        return current;
    }
}
