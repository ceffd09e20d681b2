"""Words that tell what kind of task a prompt sets, by topic; the topic's name is what `explain` shows."""

from functools import cache

# Each word belongs to one topic. The weights of the topics are learnt, not set here.
TOPICS = {
    "proof or derivation asked": (
        "prove proves proved proving proof proofs derive derivation deduce theorem lemma corollary "
        "rigorous rigorously axiom axioms contradiction induction irrational disprove show"
    ),
    "calculation asked": (
        "calculate calculates compute computed computes solve solving evaluate simplify determine sum "
        "difference remainder quotient percent percentage average total add subtract multiply divide "
        "multiplied divided times"
    ),
    "school maths": (
        "algebra equation equations polynomial quadratic linear function functions integer integers prime "
        "primes triangle circle angle radius area volume perimeter square cube root roots sqrt fraction "
        "decimal ratio slope"
    ),
    "advanced maths": (
        "integral derivative differential matrix matrices eigenvalue eigenvalues vector vectors manifold "
        "topology convergence converge limit series modulo modular congruent probability expected "
        "variance combinatorics permutations combinations bijective homomorphism isomorphic abelian group "
        "ring field theta logarithm complex"
    ),
    "code asked": (
        "code program programs script python javascript java rust golang sql bash shell regex html css "
        "api json yaml csv class method implement implementation algorithm algorithms array arrays string "
        "strings list tuple tuples dictionary loop recursion recursive compile library snippet unit test "
        "tests"
    ),
    "debugging asked": (
        "debug bug bugs fix error errors exception traceback stack crash crashes segfault fails failing "
        "broken leak deadlock race undefined null nullpointerexception typeerror valueerror keyerror "
        "stuck"
    ),
    "system design": (
        "design architecture architect scalable distributed concurrency concurrent thread threads lock-free "
        "cache latency throughput database schema migrate migration microservices consensus "
        "replication sharding deploy deployment kubernetes queue failover optimize optimise optimization "
        "refactor complexity"
    ),
    "analysis asked": (
        "analyze analyse analysis assess critique critically argue argument arguments evidence "
        "implications interpret justify hypothesis tradeoffs trade-offs tradeoff strategy strategic "
        "consider considering investigate diagnose reconcile"
    ),
    "comparison asked": (
        "compare compares comparing comparison contrast versus vs differences similarities better"
    ),
    "planning asked": (
        "plan planning itinerary roadmap schedule scheduling steps step budget allocate prioritise "
        "prioritize organize coordinate stages phases milestones"
    ),
    "explanation asked": (
        "explain explains describe describes discuss why how outline overview illustrate elaborate"
    ),
    "definition or fact asked": (
        "what what's whats define definition meaning mean means capital spell spelling synonym synonyms "
        "antonym opposite name plural"
    ),
    "who, when or where": (
        "who whom whose when where which year born died invented wrote president author actor sang"
    ),
    "quantity asked": (
        "many much number amount cost price profit each per more than fewer less least most twice half"
    ),
    "rewording asked": (
        "rewrite reword rephrase paraphrase shorten translate translation grammar proofread correct "
        "polish format convert uppercase lowercase capitalize sort alphabetical alphabetically"
    ),
    "summary asked": ("summarize summarise summary summaries tldr tl recap gist condense key takeaways"),
    "extraction asked": (
        "extract extraction identify find pull parse classify label tag sentiment entities dates emails"
    ),
    "writing asked": (
        "write compose draft story poem haiku limerick essay blog post email letter tweet caption slogan "
        "headline speech song lyrics joke greeting birthday wishes invitation description"
    ),
    "role play asked": "imagine pretend act role roleplay persona character embody",
    "small talk": (
        "hi hello hey thanks thank ty please good morning afternoon evening night bye goodbye ok okay "
        "cool great lol haha yes no sure yo sup you're welcome"
    ),
    "ideas asked": (
        "suggest suggestions ideas idea recommend recommendation recommendations brainstorm tips advice"
    ),
    "logic puzzle": (
        "puzzle riddle clue clues houses liar liars truth knights knaves logic logical conclude "
        "conclusion follows deduction exactly neither either immediately left adjacent seated coin coins "
        "weigh weighings all some none every except cannot must"
    ),
    "several steps": (
        "then after before next finally first second third lastly simultaneously both while until given"
    ),
    "law": (
        "law legal court plaintiff defendant contract statute liability tort negligence constitutional "
        "jurisdiction appeal damages clause jury landlord lease murder"
    ),
    "medicine": (
        "patient patients diagnosis symptoms treatment disease clinical drug dose blood pain infection "
        "cancer therapy syndrome acute chronic year-old physician cells protein gene genes dna"
    ),
    "physical science": (
        "energy force mass velocity acceleration electric magnetic current voltage pressure temperature "
        "heat gas reaction acid base molar mole molecule atom atoms electron electrons wave frequency "
        "wavelength quantum orbital kg joules kj ev spectrum compound equilibrium enthalpy entropy"
    ),
    "economics and accounting": (
        "market demand supply inflation interest revenue tax income assets equity firm monetary fiscal "
        "gdp bond bonds dividend depreciation shares net present value"
    ),
}


@cache
def topic_of_word() -> dict[str, int]:
    """Word -> index of its topic in TOPICS. Built on first use: importing the scout must cost nothing."""
    table: dict[str, int] = {}
    for index, words in enumerate(TOPICS.values()):
        for word in words.split():
            table[word] = index
    return table
