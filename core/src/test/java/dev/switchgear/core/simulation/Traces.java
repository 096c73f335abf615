package dev.switchgear.core.simulation;

/// Prints the traces of a range of seeds, so that another JVM can compare.
final class Traces {
    private Traces() {}

    static String of(long seed) {
        Simulation desk = OrderDesk.run(seed, false);
        Scenario scenario = Scenario.of(seed);
        scenario.live();
        Simulation lived = scenario.simulation();
        return "%d: %x %d, %x %d"
                .formatted(seed, desk.trace(), desk.steps(), lived.trace(), lived.steps());
    }

    public static void main(String[] range) {
        for (long seed = Long.parseLong(range[0]); seed < Long.parseLong(range[1]); seed++) {
            System.out.println(of(seed));
        }
    }
}
