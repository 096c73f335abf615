package dev.switchgear.server.demo;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.server.monitor.Totals;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

/// Reads in the feed.
public final class FeedReader {
    private FeedReader() {}

    /// What the line says that comes every ten seconds: a shape, a number and a word.
    public static String states(GuardedUpstream<?, ?> upstream) {
        var out = new StringWriter();
        var time = new ManualTime();
        var feed = new Feed(new Paper(out::write, false), time);
        time.advance(Duration.ofSeconds(10));

        feed.look(List.of(upstream), new Totals.Count(0, 0, 0, 0, 0, Duration.ZERO));

        String line = out.toString().lines().toList().getLast();
        return line.split("\\|", -1)[1].strip();
    }
}
