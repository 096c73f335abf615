package dev.switchgear.families.llm.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All known models, by provider. Immutable; finding one takes no network and no lock.
///
/// The built-in data stands under the kinds of provider (`anthropic`, `openai`, …). A file of the
/// same shape may override or add to it, under a kind or under the id of one configured account.
public final class Catalogue {
    /// Nothing is known.
    public static final Catalogue EMPTY = new Catalogue(Map.of());

    private static final int BYTES_MAX = 1024 * 1024;

    /// Names the files of the built-in data: a jar has no folder to list. A test holds it to the folder.
    private static final String INDEX = "catalogue.index";

    /// Read on first use, which takes some tenths of a second.
    private static final class BuiltIn {
        static final Catalogue CATALOGUE = read();

        private static Catalogue read() {
            Catalogue all = EMPTY;
            for (String file : packed(INDEX).lines().toList()) {
                try {
                    all = all.overriddenBy(Catalogue.read(file, packed(file)));
                } catch (InvalidCatalogue broken) {
                    throw new IllegalStateException(
                            broken.file() + ":" + broken.line() + ": " + broken.what(), broken);
                }
            }
            return all;
        }

        private static String packed(String file) {
            try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException(file + " is not packed with us");
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    private final Map<String, ProviderFacts> providers;
    private final Map<String, Index> indexes = new HashMap<>();

    private Catalogue(Map<String, ProviderFacts> providers) {
        this.providers = Collections.unmodifiableMap(providers);
        providers.forEach((name, facts) -> indexes.put(name, Index.of(facts.models().values())));
    }

    /// What comes with this program.
    public static Catalogue builtIn() {
        return BuiltIn.CATALOGUE;
    }

    /// @param file the name that problems show
    /// @throws InvalidCatalogue if the text is not a catalogue, at its first problem
    public static Catalogue read(String file, String text) throws InvalidCatalogue {
        return new Catalogue(new CatalogueReader(file).read(text));
    }

    /// @throws InvalidCatalogue if the file is larger than 1 MiB or not a catalogue
    /// @throws IOException if it cannot be read
    public static Catalogue load(Path path) throws InvalidCatalogue, IOException {
        String file = String.valueOf(path.getFileName());
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new InvalidCatalogue(
                        file, 0, 0, "The file is larger than 1 MiB.", Optional.empty());
            }
            return read(file, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /// The same, but what `other` says counts before what is said here: sizes and price lists as
    /// wholes, capabilities and limits one by one.
    public Catalogue overriddenBy(Catalogue other) {
        var all = new LinkedHashMap<>(providers);
        other.providers.forEach(
                (name, facts) -> all.merge(name, facts, ProviderFacts::overriddenBy));
        return new Catalogue(all);
    }

    /// By name, in the order of the data.
    public Map<String, ProviderFacts> providers() {
        return providers;
    }

    /// The model of that name: as the account's own data knows it, else its kind's.
    public Optional<Found> find(ModelName name) {
        Optional<Found> own = find(name.provider(), name.model());
        return own.isPresent() || name.provider().equals(name.kind())
                ? own
                : find(name.kind(), name.model());
    }

    /// @param provider a name in the data
    public Optional<Found> find(String provider, String model) {
        Index index = indexes.get(provider);
        return index == null ? Optional.empty() : index.find(model);
    }

    /// The models of a provider by all their names.
    private record Index(Map<String, Model> byName, List<Model> families) {
        static Index of(Collection<Model> models) {
            var byName = new HashMap<String, Model>();
            for (Model model : models) {
                model.aliases().forEach(alias -> byName.putIfAbsent(alias, model));
            }
            // An id is more than another model's alias.
            models.forEach(model -> byName.put(model.id(), model));
            List<Model> families = models.stream().filter(Model::prefix).toList();
            return new Index(byName, families);
        }

        Optional<Found> find(String name) {
            Model exact = byName.get(name);
            if (exact != null) {
                return Optional.of(new Found(exact, Found.By.NAME));
            }
            Model dated = byName.get(withoutDate(name));
            if (dated != null) {
                return Optional.of(new Found(dated, Found.By.SNAPSHOT));
            }
            if (name.endsWith("-latest")) {
                Model latest = byName.get(name.substring(0, name.length() - "-latest".length()));
                if (latest != null) {
                    return Optional.of(new Found(latest, Found.By.LATEST));
                }
            }
            Model family = longest(name);
            return family == null
                    ? Optional.empty()
                    : Optional.of(new Found(family, Found.By.FAMILY));
        }

        private @Nullable Model longest(String name) {
            Model best = null;
            for (Model model : families) {
                boolean longer = best == null || model.id().length() > best.id().length();
                if (longer && name.startsWith(model.id())) {
                    best = model;
                }
            }
            return best;
        }
    }

    /// `gpt-5-2025-08-07` and `claude-haiku-4-5-20251001` without their dates; other names as they
    /// are.
    private static String withoutDate(String name) {
        if (endsLike(name, "-dddd-dd-dd")) {
            return name.substring(0, name.length() - "-dddd-dd-dd".length());
        }
        return endsLike(name, "-dddddddd")
                ? name.substring(0, name.length() - "-dddddddd".length())
                : name;
    }

    private static boolean endsLike(String name, String shape) {
        int from = name.length() - shape.length();
        if (from <= 0 || !name.startsWith("-20", from)) {
            return false;
        }
        for (int i = 0; i < shape.length(); i++) {
            char is = name.charAt(from + i);
            boolean fits = shape.charAt(i) == '-' ? is == '-' : is >= '0' && is <= '9';
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
