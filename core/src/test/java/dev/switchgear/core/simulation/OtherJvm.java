package dev.switchgear.core.simulation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a main class of the tests in a JVM of its own, with another heap and no shared identity
/// hashes.
final class OtherJvm {
    private static final int SECONDS_MAX = 60;

    private OtherJvm() {}

    /// What the program printed, line by line.
    static List<String> run(Class<?> main, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("-Xmx256m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Path printed = Files.createTempFile("simulation", ".out");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(printed.toFile())
                            .start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(main + " took more than " + SECONDS_MAX + " s");
            }
            List<String> lines = Files.readAllLines(printed);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(String.join("\n", lines));
            }
            return lines;
        } finally {
            Files.delete(printed);
        }
    }
}
