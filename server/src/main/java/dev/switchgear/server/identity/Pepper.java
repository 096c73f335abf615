package dev.switchgear.server.identity;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/// What is mixed into the stored form of client keys, so that the configuration alone is not enough
/// to test a guess.
public final class Pepper {
    private static final int BYTES = 32;
    private static final String FILE = "key-pepper";

    private Pepper() {}

    /// The configured one, else the one kept in the data folder, which is made if it is not there.
    ///
    /// @throws IOException if it can be neither read nor made
    public static Secret of(Config config, Path data) throws IOException {
        var configured = config.server().keyPepper();
        return configured.isPresent() ? configured.get() : kept(data);
    }

    static Secret kept(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            make(data, file);
        }
        String text = Files.readString(file).strip();
        if (text.isEmpty()) {
            throw new IOException(file + " is empty: delete it, and make new client keys");
        }
        return Secret.of(text);
    }

    /// Written beside and linked into place: of two processes that start at once, one wins and both
    /// read a whole file.
    private static void make(Path data, Path file) throws IOException {
        Files.createDirectories(data);
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        boolean posix = Files.getFileStore(data).supportsFileAttributeView("posix");
        Path draft =
                posix
                        ? Files.createTempFile(
                                data,
                                FILE,
                                ".new",
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")))
                        : Files.createTempFile(data, FILE, ".new");
        try {
            Files.writeString(
                    draft,
                    HexFormat.of().formatHex(random) + "\n",
                    StandardOpenOption.TRUNCATE_EXISTING);
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException anotherWasFaster) {
            // Its pepper is as good as ours and is read next.
        } finally {
            Files.delete(draft);
        }
    }
}
