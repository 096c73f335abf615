package dev.switchgear.core.simulation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// `core` with one [Mutation] in it, and the simulation over it, in a class loader of their own.
final class Mutant {
    private static final Path SOURCES =
            Path.of(
                    System.getProperty("switchgear.root", ".."),
                    "core/src/main/java/dev/switchgear/core");

    private final LongFunction<String> verdicts;

    /// Compiles the mutation; fails if its fragment does not stand in the source exactly once.
    Mutant(Mutation mutation) {
        verdicts = load(compile(mutation));
    }

    /// The rule that the run of `seed` broke; empty if none.
    String verdict(long seed) {
        return verdicts.apply(seed);
    }

    /// The source with the mutation in it; fails if its fragment does not stand there exactly once.
    static String mutated(Mutation mutation) {
        String source = read(SOURCES.resolve(mutation.source()));
        int at = source.indexOf(mutation.fragment());
        if (at < 0 || source.indexOf(mutation.fragment(), at + 1) >= 0) {
            throw new IllegalStateException(
                    "mutation \"%s\": its fragment stands in %s %s (expected: once)"
                            .formatted(
                                    mutation.bug(),
                                    mutation.source(),
                                    at < 0 ? "not at all" : "more than once"));
        }
        return source.replace(mutation.fragment(), mutation.replacement());
    }

    private static Map<String, byte[]> compile(Mutation mutation) {
        Path file = SOURCES.resolve(mutation.source());
        String mutated = mutated(mutation);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var errors = new StringWriter();
        try (var standard = compiler.getStandardFileManager(null, Locale.ROOT, null);
                var memory = new Memory(standard)) {
            boolean compiled =
                    compiler.getTask(
                                    errors,
                                    memory,
                                    null,
                                    List.of(
                                            "-proc:none",
                                            "-cp",
                                            System.getProperty("java.class.path")),
                                    null,
                                    List.of(new Source(file, mutated)))
                            .call();
            if (!compiled) {
                throw new IllegalStateException(
                        "mutation \"" + mutation.bug() + "\" does not compile: " + errors);
            }
            return memory.classes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LongFunction<String> load(Map<String, byte[]> mutated) {
        try {
            var loaded =
                    (LongFunction<?>)
                            new Loader(mutated)
                                    .loadClass(Verdicts.class.getName())
                                    .getDeclaredConstructor()
                                    .newInstance();
            return seed -> String.valueOf(loaded.apply(seed));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the simulation cannot be loaded again", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a seed and says which rule it broke.
    public static final class Verdicts implements LongFunction<String> {
        public Verdicts() {}

        @Override
        public String apply(long seed) {
            try {
                Scenario.of(seed).live();
                return "";
            } catch (SimulationFailure failure) {
                return failure.rule();
            }
        }
    }

    /// Defines every class of `core` and its tests itself, the mutated ones from memory.
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> mutated;

        private Loader(Map<String, byte[]> mutated) {
            super(Mutant.class.getClassLoader());
            this.mutated = mutated;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.switchgear.core.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            byte[] bytes = mutated.get(name);
            if (bytes == null) {
                String resource = name.replace('.', '/') + ".class";
                try (InputStream in = getResourceAsStream(resource)) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    bytes = in.readAllBytes();
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        private Source(Path file, String text) {
            super(file.toUri(), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /// Keeps what the compiler writes.
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        private Memory(StandardJavaFileManager standard) {
            super(standard);
        }

        private Map<String, byte[]> classes() {
            var classes = new HashMap<String, byte[]>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            var bytes = new ByteArrayOutputStream();
            written.put(name, bytes);
            return new SimpleJavaFileObject(
                    URI.create("memory:///" + name.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }

                @Override
                public InputStream openInputStream() {
                    return new ByteArrayInputStream(bytes.toByteArray());
                }
            };
        }
    }
}
