package dev.switchgear.core.simulation;

/// A simulated run that judges itself.
interface Scenario {
    Simulation simulation();

    /// @throws SimulationFailure at the first broken promise
    void live();

    /// The scenario of a seed: of ten, five are open worlds; the others look closely at one thing.
    static Scenario of(long seed) {
        return switch ((int) Math.floorMod(seed, 10L)) {
            case 5 -> new Starved(seed);
            case 6 -> new Twins(seed);
            case 7 -> new Crowd(seed);
            case 8 -> new Saturation(seed);
            case 9 -> new BlackHole(seed);
            default -> new World(seed);
        };
    }
}
