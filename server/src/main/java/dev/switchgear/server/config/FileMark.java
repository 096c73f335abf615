package dev.switchgear.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/// By what a file is told from what stood there before: its time, its size, and which one it is behind
/// all links.
public record FileMark(FileTime time, long size, String identity) {
    /// Empty where there is no file, as while it is being replaced.
    public static Optional<FileMark> of(String path) {
        try {
            var attributes = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
            return Optional.of(
                    new FileMark(
                            attributes.lastModifiedTime(),
                            attributes.size(),
                            String.valueOf(attributes.fileKey())));
        } catch (IOException | InvalidPathException absent) {
            return Optional.empty();
        }
    }
}
