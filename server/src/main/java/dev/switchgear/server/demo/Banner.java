package dev.switchgear.server.demo;

import dev.switchgear.server.monitor.Sentences;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the demo says when it is ready. Pure.
public final class Banner {
    private Banner() {}

    /// @param note what was not as asked; empty for nothing
    /// @param firstFault when the first provider fails by itself, from now; empty where none does
    /// @param keys whether somebody can press them
    /// @param start how long it took
    public static List<String> lines(
            String version,
            int port,
            int providers,
            String note,
            Optional<Duration> firstFault,
            boolean keys,
            Duration start) {
        var lines = new ArrayList<String>();
        lines.add(
                "Switchgear "
                        + version
                        + "  demo mode: "
                        + providers
                        + " simulated providers, nothing leaves this machine");
        lines.add("");
        if (!note.isEmpty()) {
            lines.add("Note  " + note);
        }
        lines.add("API   http://localhost:" + port + "/v1   works with any OpenAI client, no key");
        lines.add(
                "Watch "
                        + firstFault
                                .map(in ->
                                        "in "
                                                + Sentences.words(in)
                                                + " one provider will fail. Watch traffic move.")
                                .orElse("no provider fails by itself (--faults off)."));
        lines.add(
                "Try   curl localhost:"
                        + port
                        + "/v1/chat/completions -d"
                        + " '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}'");
        lines.add(keys ? "Keys  s slow one  f fail one  h heal all  q quit" : "Stop  Ctrl-C");
        lines.add("");
        lines.add("Ready after " + Sentences.words(start) + ". From here on, what happens:");
        return List.copyOf(lines);
    }
}
