package tlc2;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands in TLC's place in tests of how a process is run, watched and ended. It checks nothing: it prints the file
 * `SPEC.output` of the folder it was started in, and ends as that file's first line says: `exit 12 sleep 0`.
 */
public final class TLC {
    public static void main(String[] arguments) throws Exception {
        List<String> given = List.of(arguments);
        String specification = arguments[arguments.length - 1];
        List<String> missing = new ArrayList<>(List.of("-tool", "-workers", "-metadir", "-config"));
        missing.removeAll(given);
        if (!missing.isEmpty() || !Files.exists(Path.of(specification))
                || !Files.exists(Path.of(arguments[given.indexOf("-config") + 1]))) {
            System.out.println("called wrongly: " + given);
            System.exit(255);
        }
        List<String> lines = Files.readAllLines(Path.of(specification.replace(".tla", ".output")));
        String[] words = lines.get(0).split(" ");
        lines.stream().skip(1).forEach(System.out::println);
        System.out.println("arguments: " + String.join(" ", given));
        System.out.flush();
        Thread.sleep(Long.parseLong(words[3]));
        System.exit(Integer.parseInt(words[1]));
    }
}
