package dev.switchgear.server;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.FactSource;
import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.Price;
import dev.switchgear.families.llm.model.ProviderFacts;
import dev.switchgear.families.llm.model.Rate;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.ConfigProblem.Severity;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.server.config.PriceFile;
import dev.switchgear.server.names.Nearest;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows the price table that is in force.
@Command(
        name = "prices",
        description = {
            "Shows what models cost, in US dollars for a million tokens, with source and date.",
            "Exit 3: one of the models is not known."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  switchgear prices gpt-4o claude-sonnet-4-5"})
final class PricesCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of(
                    "PROVIDER",
                    "MODEL",
                    "INPUT",
                    "CACHE READ",
                    "WRITE",
                    "WRITE 1H",
                    "OUTPUT",
                    "BESIDES",
                    "AS OF");
    private static final List<Rate> COLUMNS =
            List.of(
                    Rate.INPUT,
                    Rate.CACHE_READ,
                    Rate.CACHE_WRITE,
                    Rate.CACHE_WRITE_HOUR,
                    Rate.OUTPUT);
    private static final int NUMBERS_FROM = 2;
    private static final int NUMBERS_TO = 7;

    @Parameters(
            arity = "0..*",
            paramLabel = "MODEL",
            description = "Models to show, with their notes (default: all).")
    private List<String> wanted = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "switchgear.yaml",
            description =
                    "The configuration that may name a price file (default: ${DEFAULT-VALUE}, if"
                            + " there).")
    private Path config = Path.of("switchgear.yaml");

    @Option(
            names = "--on",
            paramLabel = "DAY",
            description = "The day the prices are to hold on, such as 2026-12-24 (default: today).")
    private LocalDate day = LocalDate.ofInstant(new SystemTime().instant(), ZoneOffset.UTC);

    @Option(names = "--json", description = "Print the table as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    PricesCommand() {
        this.spec = CommandSpec.create();
    }

    private record Row(Model model, Price price) {}

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Optional<String> file = Optional.empty();
        boolean named = spec.commandLine().getParseResult().hasMatchedOption("--config");
        if (named || Files.exists(config)) {
            Loaded loaded = ConfigLoader.load(config, System.getenv());
            loaded.problems().stream()
                    .filter(problem -> problem.severity() == Severity.ERROR)
                    .forEach(problem -> err.println(problem.text()));
            if (loaded.config().isEmpty()) {
                return Exit.CONFIGURATION.code();
            }
            file = loaded.config().get().prices().file();
        }
        PriceFile.Read read = PriceFile.read(new Config.Prices(file, Optional.empty()));
        if (read.problem().isPresent()) {
            err.println(read.problem().get().text());
            return Exit.CONFIGURATION.code();
        }
        Catalogue catalogue = read.catalogue();
        boolean known = true;
        Set<Model> shown = new LinkedHashSet<>();
        for (String name : wanted) {
            List<Model> found = named(catalogue, name);
            if (found.isEmpty()) {
                known = false;
                err.println("`" + name + "` is not in the table." + hint(catalogue, name));
            }
            shown.addAll(found);
        }
        List<Row> rows = rows(wanted.isEmpty() ? all(catalogue) : List.copyOf(shown));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(rows, file));
        } else if (!rows.isEmpty() || wanted.isEmpty()) {
            table(rows, out);
            footer(rows, file, out);
        }
        return known ? Exit.DONE.code() : Exit.PROBLEM_FOUND.code();
    }

    private static List<Model> all(Catalogue catalogue) {
        return catalogue.providers().values().stream()
                .flatMap(provider -> provider.models().values().stream())
                .toList();
    }

    /// By the name a provider knows it under, with or without `provider/` before it.
    private static List<Model> named(Catalogue catalogue, String name) {
        var found = new ArrayList<Model>();
        for (ProviderFacts provider : catalogue.providers().values()) {
            String prefix = provider.name() + "/";
            String own = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            catalogue
                    .find(provider.name(), name)
                    .or(() -> catalogue.find(provider.name(), own))
                    .map(Found::model)
                    .ifPresent(found::add);
        }
        return found;
    }

    private static String hint(Catalogue catalogue, String name) {
        List<String> near =
                Nearest.to(name, all(catalogue).stream().map(Model::id).distinct().toList(), 1);
        return near.isEmpty() ? "" : " Did you mean `" + near.getFirst() + "`?";
    }

    /// The prices that hold on the day; a model without one has none to show.
    private List<Row> rows(List<Model> models) {
        var rows = new ArrayList<Row>();
        for (Model model : models) {
            for (Price price : model.prices()) {
                if (price.holdsOn(day)) {
                    rows.add(new Row(model, price));
                }
            }
        }
        return rows;
    }

    private void table(List<Row> rows, PrintWriter out) {
        var lines = new ArrayList<List<String>>();
        lines.add(HEAD);
        for (Row row : rows) {
            var cells = new ArrayList<String>();
            cells.add(row.model().provider());
            cells.add(row.model().id() + above(row.price()));
            COLUMNS.forEach(rate -> cells.add(dollars(row.price(), rate)));
            cells.add(besides(row.price()));
            cells.add(asOf(row.price().source()));
            lines.add(cells);
        }
        int[] widths = new int[HEAD.size()];
        for (List<String> cells : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], cells.get(i).length());
            }
        }
        for (List<String> cells : lines) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String gap = " ".repeat(widths[i] - cells.get(i).length());
                boolean number = i >= NUMBERS_FROM && i < NUMBERS_TO;
                line.append(number ? gap + cells.get(i) : cells.get(i) + gap).append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String above(Price price) {
        return price.above() == 0 ? "" : " >" + price.above();
    }

    private static String dollars(Price price, Rate rate) {
        return price.picos(rate) < 0 ? "-" : decimal(price.picos(rate)).toPlainString();
    }

    /// Pico-dollars a token are millionths of dollars a million tokens.
    private static BigDecimal decimal(long picos) {
        var exact = BigDecimal.valueOf(picos, 6).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    private static String besides(Price price) {
        var parts = new ArrayList<String>();
        Arrays.stream(Rate.values())
                .filter(rate -> !COLUMNS.contains(rate) && price.picos(rate) >= 0)
                .forEach(rate -> parts.add(rate.key() + " " + dollars(price, rate)));
        price.percents().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        parts.add(
                                entry.getKey().key().replace("-percent", "")
                                        + " "
                                        + entry.getValue()
                                        + "%"));
        return String.join(", ", parts);
    }

    private static String asOf(FactSource source) {
        return source.url().isEmpty()
                ? source.name()
                : source.date().map(Object::toString).orElse("");
    }

    private void footer(List<Row> rows, Optional<String> file, PrintWriter out) {
        out.println();
        if (!wanted.isEmpty()) {
            var notes = new LinkedHashSet<String>();
            for (Row row : rows) {
                FactSource source = row.price().source();
                String note = row.price().note();
                notes.add(
                        row.model().id()
                                + above(row.price())
                                + ": "
                                + (source.url().isEmpty() ? source.name() : source.url())
                                + (source.note().isEmpty() ? "" : " (" + source.note() + ")")
                                + (note.isEmpty() ? "" : "; " + note)
                                + row.price().until().map(last -> "; until " + last).orElse(""));
            }
            notes.forEach(out::println);
            out.println();
        }
        out.printf(
                "US dollars for a million tokens on %s (UTC). `>200000` holds for whole requests with"
                        + " longer prompts.%n",
                day);
        out.println(
                file.map(path -> "Overridden by " + path + ", shown by its name under AS OF.")
                        .orElse(
                                "Built in, nothing overridden (`prices.file` in the configuration)."));
    }

    private String json(List<Row> rows, Optional<String> file) {
        var mapper = JsonMapper.shared();
        ObjectNode result = mapper.createObjectNode();
        result.put("unit", "USD per million tokens").put("day", day.toString());
        file.ifPresent(path -> result.put("override", path));
        ArrayNode prices = result.putArray("prices");
        for (Row row : rows) {
            Price price = row.price();
            ObjectNode one = prices.addObject();
            one.put("provider", row.model().provider()).put("model", row.model().id());
            one.put("above", price.above());
            for (Rate rate : Rate.values()) {
                if (price.picos(rate) >= 0) {
                    one.put(rate.key(), decimal(price.picos(rate)));
                }
            }
            price.percents().forEach((service, percent) -> one.put(service.key(), percent));
            price.from().ifPresent(first -> one.put("from", first.toString()));
            price.until().ifPresent(last -> one.put("until", last.toString()));
            ObjectNode source = one.putObject("source");
            source.put("name", price.source().name()).put("url", price.source().url());
            price.source().date().ifPresent(date -> source.put("date", date.toString()));
            one.put("note", price.note());
            one.put("overridden", price.source().url().isEmpty());
        }
        return mapper.writeValueAsString(result);
    }
}
