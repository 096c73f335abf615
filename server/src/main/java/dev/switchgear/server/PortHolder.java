package dev.switchgear.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which program listens on a port, as Linux tells in `/proc` (proc(5): `net/tcp`, `PID/fd`). Elsewhere,
/// or where we may not look, nobody is named.
final class PortHolder {
    private static final String LISTEN = "0A";

    private PortHolder() {}

    /// As `` `nginx` (pid 812) ``.
    static Optional<String> of(int port) {
        var inodes = new HashSet<String>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            inodes.addAll(listeners(Path.of(table), port));
        }
        if (inodes.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .filter(process -> holds(process, inodes))
                    .findFirst()
                    .map(PortHolder::name);
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    private static Set<String> listeners(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        var inodes = new HashSet<String>();
        try (Stream<String> lines = Files.lines(table)) {
            lines.map(line -> line.strip().split("\\s+"))
                    .filter(field -> field.length > 9)
                    .filter(field -> field[1].endsWith(suffix) && field[3].equals(LISTEN))
                    .forEach(field -> inodes.add("socket:[" + field[9] + "]"));
        } catch (IOException | UncheckedIOException unreadable) {
            return Set.of();
        }
        return inodes;
    }

    private static boolean holds(Path process, Set<String> inodes) {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return files.anyMatch(file -> inodes.contains(target(file)));
        } catch (IOException | UncheckedIOException unreadable) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static String name(Path process) {
        String pid = process.getFileName().toString();
        try {
            return "`" + Files.readString(process.resolve("comm")).strip() + "` (pid " + pid + ")";
        } catch (IOException gone) {
            return "pid " + pid;
        }
    }
}
