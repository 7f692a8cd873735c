import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One node of OpenSearch in one process, so that killing it is a machine's death: settings from config/opensearch.yml
 * of the folder named, read by OpenSearch's own code. Ends when its standard input does: with whoever started it.
 */
public final class OneNode {
    private static final List<String> MODULES =
            List.of(
                    "org.opensearch.transport.Netty4Plugin",
                    "org.opensearch.analysis.common.CommonAnalysisPlugin",
                    "org.opensearch.index.mapper.MapperExtrasPlugin",
                    "org.opensearch.index.reindex.ReindexPlugin",
                    "org.opensearch.painless.PainlessPlugin",
                    "org.opensearch.script.expression.ExpressionPlugin",
                    "org.opensearch.index.rankeval.RankEvalPlugin");

    private OneNode() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Settings place = Settings.builder().put("path.home", home.toString()).build();
        Environment environment =
                InternalSettingsPreparer.prepareEnvironment(place, Map.of(), home.resolve("config"), () -> "node");
        LogConfigurator.registerErrorListener();
        LogConfigurator.configure(environment);
        Node node = new OpenSearchRunnerNode(environment, modules());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        while (System.in.read() != -1) {
            // Nothing is ever written: the stream only tells that its other end is still there.
        }
        Runtime.getRuntime().halt(1);
    }

    private static Collection<Class<? extends Plugin>> modules() throws ClassNotFoundException {
        Collection<Class<? extends Plugin>> found = new ArrayList<>();
        for (String name : MODULES) {
            found.add(Class.forName(name).asSubclass(Plugin.class));
        }
        return found;
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
