package dev.switchgear.server;

import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigProblem;
import dev.switchgear.server.config.ConfigWatch;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts changes of the file in force, and says what changed and what has to wait for the next start.
/// Used by one thread at a time.
final class Reload implements ConfigWatch.Listener {
    private static final Logger LOG = LoggerFactory.getLogger("switchgear");

    private final Running running;
    private final Consumer<Config.Log> log;
    private final boolean ownPepper;
    private Config.Log logged;

    /// @param started what the gateway was started with
    /// @param log sets up the log
    Reload(Running running, Config started, Consumer<Config.Log> log) {
        this.running = running;
        this.log = log;
        this.ownPepper = started.server().keyPepper().isPresent();
        this.logged = started.server().log();
    }

    @Override
    public void changed(Config next, ConfigWatch.Change change, List<ConfigProblem> warnings) {
        warnings.forEach(problem -> LOG.warn(problem.text()));
        try {
            running.use(next);
        } catch (IllegalArgumentException unusable) {
            LOG.error(
                    "The new configuration cannot be used: {}. The last good one stays active."
                            + " ({})",
                    unusable.getMessage(),
                    SgCode.SETTING);
            return;
        }
        if (!logged.equals(next.server().log())) {
            log.accept(next.server().log());
            logged = next.server().log();
        }
        LOG.info("New configuration in force: {}", String.join(", ", change.differences()));
        if (!change.atNextStart().isEmpty()) {
            LOG.warn("Takes effect at the next start: {}", String.join(", ", change.atNextStart()));
        }
        if (ownPepper && next.server().keyPepper().isEmpty()) {
            LOG.warn(
                    "Takes effect at the next start: server.key-pepper is taken away, and the one of"
                            + " the data folder counts then");
        }
    }

    @Override
    public void refused(List<ConfigProblem> problems) {
        problems.forEach(problem -> LOG.error(problem.text()));
        LOG.error("The last good configuration stays active.");
    }
}
