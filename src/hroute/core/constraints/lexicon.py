"""Classes of words that limit answers, in many languages: what is learnt of one is learnt of all.

Sixteen are covered well, the others by their commonest words.

A word that ends in "*" is a stem. In scripts without spaces the entries are looked for inside the runs.
"""

from functools import cache

_LINES = {
    "number": (
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty "
        "fifty hundred single half couple pair dozen ein eine einen einem einer zwei drei vier fünf "
        "sechs sieben acht neun zehn zwölf zwanzig dreißig un une deux trois quatre cinq six sept huit "
        "neuf dix douze vingt trente uno una dos tres cuatro cinco seis siete ocho nueve diez doce "
        "veinte due tre quattro cinque sei sette otto nove dieci dodici venti um uma dois duas três "
        "quatro cinco sete oito nove dez doze vinte één een twee drie vier vijf zes zeven acht negen "
        "tien twaalf jeden jedno jednym jednego dwa dwie dwóch trzy trzech cztery czterech pięć pięciu "
        "sześć siedem osiem dziesięć один одна одно одним одной одного два две двух три трёх трех "
        "четыре четырёх пять пяти шесть семь восемь десять десяти двадцать en ett två tre fyra fem sex "
        "sju åtta nio tio bir iki üç dört beş altı yedi sekiz dokuz on yirmi एक दो तीन चार पाँच पांच छह "
        "सात आठ नौ दस واحد واحدة اثنين ثلاث ثلاثة أربع أربعة خمس خمسة ست ستة سبع سبعة ثماني ثمانية تسع "
        "عشر عشرة جملتين سطرين فقرتين نقطتين كلمتين 한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 하나 둘 셋 "
        "넷 一 二 三 四 五 六 七 八 九 十 两 "
        "yksi yhdellä kaksi kahdella kahden kolme kolmella kolmen neljä neljällä viisi viidellä viiden "
        "một hai ba bốn năm sáu mười moja mbili tatu nne tano jedna dva dvě tři čtyři pět дві чотири "
        "satu dua tiga empat lima én ét fire femte egy két kettő három négy öt doi două trei patru cinci "
        "δύο τρεις τρία τέσσερα יک دو سه چهار پنج দুই তিন চার পাঁচ สอง สาม สี่ ห้า שני שתי שלוש ארבע חמש"
    ),
    "most": (
        "max max. maximum most under below within less fewer limit* cap up exceed* shorter höchstens "
        "maximal maximum unter weniger nicht länger maximum moins plus* maxi dépass* máximo máx menos "
        "como sumo massimo meno più al oltre máximo menos hooguit hoogstens maximaal minder maks* "
        "najwyżej najwięcej mniej максимум более больше меньше менее до högst max färre under fazla az "
        "geçme* aşma* अधिकतम ज्यादा ज़्यादा कम अधिक से أقصى أقل تتجاوز تزيد يتجاوز يزيد أكثر حد 이내 "
        "이하 최대 넘지 미만 以内 以下 不超过 最多 少于 以內 不超過 まで 未満 超えない 최대한 "
        "enintään korkeintaan alle tối quá đa dưới isizidi wasiozidi yasiyozidi chini nejvýše maximálně "
        "щонайбільше maksimal kurang legfeljebb cel mult το πολύ حداکثر সর্বোচ্চ לכל היותר"
    ),
    "least": (
        "min minimum least more over above mindestens mehr über moins mínimo almeno minimo minstens co "
        "najmniej минимум менее не minst en az कम حد أدنى الأقل 이상 最低 至少 以上"
    ),
    "exact": (
        "exactly precisely genau exakt exactement précisément exactamente esattamente exatamente "
        "precies dokładnie ровно точно exakt precis tam tamı ठीक बिल्कुल بالضبط تماما 정확히 딱 "
        "ちょうど 正好 恰好 刚好"
    ),
    "not": (
        "no not don't dont without avoid never none nothing skip omit exclude* free zero leave cannot "
        "can't mustn't nor kein* nicht ohne nichts vermeide* verzichte* weder sans pas aucun* ni évite* "
        "jamais sin no evita* ningún ninguna nunca tampoco senza non nessun* evita* né mai sem não "
        "nenhum* evite nunca nem geen zonder niet vermijd nooit bez nie żadn* unikaj без не нет никак* "
        "избегай* ни utan inga inget ingen inte undvik olmadan olmasın kullanma* yok değil hiç "
        "içermesin yazma बिना नहीं मत न बगैर بدون دون لا تجنب ليس غير 없이 말고 금지 않 마세요 빼고 말 "
        "不 别 勿 没有 无 避免 禁止 ない なし 使わ 避け せず ません 抜き "
        "ei älä ilman không đừng bila usitumie nikoli tanpa jangan uden ikke uten ne nélkül fără nu "
        "χωρίς δεν μην بی নয় না ছাড়া ไม่ ห้าม בלי ללא אין"
    ),
    "words": (
        "word* wort wörter* worte* mots mot palabra* parol* palavra* woord* woorden słow* słów слов* "
        "ord orden kelime* sözcük* शब्द* كلمة كلمات كلمه 단어 낱말 単語 语 词 單詞 語 "
        "sana sanaa sanan từ maneno neno slov slova слів слова kata szó szóban cuvinte λέξεις کلمه শব্দ "
        "শব্দে คำ מילים"
    ),
    "sentences": (
        "sentence* satz sätze* phrase* frase* frasi oração zin zinnen zdani* zdań предложени* mening* "
        "meningar cümle* वाक्य* जملة جملة جمل جملتان 문장* 句 文 一文 "
        "lause* virke* câu sentensi vět* речен* kalimat sætning* setning* mondat* propoziți* προτάσεις "
        "جمله বাক্য* ประโยค משפט*"
    ),
    "lines": (
        "line* row* zeile* ligne* línea* linea* fila* rig* linha* regel* regels wiersz* linij* linii "
        "строк* строч* rad rader satır* पंक्ति* سطر أسطر سطور صف صفوف 줄 줄로 행 行 列 "
        "rivi* dòng mstari mistari řád* рядк* baris linje* sor sorban rând* στίχ* γραμμ* خط লাইন* বাক্য "
        "บรรทัด שורות"
    ),
    "paragraphs": (
        "paragraph* para section* absatz absätze* abschnitt* paragraphe* párrafo* paragrafo* paragrafi "
        "parágrafo* alinea* akapit* абзац* stycke* paragraf* अनुच्छेद* पैराग्राफ فقرة فقرات 문단 단락 "
        "段 段落"
    ),
    "characters": (
        "character* char chars zeichen buchstabe* caractère* carácter* caracter* caratter* tekens znak* "
        "знак* символ* букв* tecken karakter* harf* अक्षर* حرف حروف 글자 자 字 文字"
    ),
    "items": (
        "bullet* point* item* step* example* reason* tip* idea* option* question* name* title* version* "
        "variant* fact* entry entries argument* suggestion* slide* headline* subject* stanza* verse* "
        "scene* punkt* stichpunkt* beispiel* schritt* gründe* idee* vorschläge* argumente fragen titel "
        "strophe* puces puce points exemple* étape* raison* idée* conseil* question* titre* strophe* "
        "punto* puntos ejemplo* paso* razon* idea* viñeta* pregunta* título* estrofa* punti esempi* "
        "passagg* ragion* motiv* idee domand* titol* strof* tópico* exemplo* passo* motivo* ideia* "
        "punten voorbeeld* stappen redenen tips ideeën vragen punkt* przykład* krok* powod* pomysł* "
        "pyta* пункт* пример* шаг* причин* вопрос* вариант* совет* punkter exempel steg skäl förslag "
        "frågor madde* örnek* adım* neden* öneri* soru* बिंदु* उदाहरण* कदम* कारण* सवाल نقاط نقطة أمثلة "
        "مثال خطوات أسباب أسئلة 가지 개 예시 단계 항목 이유 点 條 条 个 例 步 つ 個 項目 ポイント 箇条 "
        "種 手順"
    ),
    "format": (
        "json jsonl csv tsv yaml yml xml html markdown md latex toml svg sql regex mermaid ascii plain "
        "bullet bullets bulleted numbered prose code format* emoji emojis hashtag* bold italic* "
        "heading* headline format* fett überschrift* fließtext code gras titre* prosa formato grassetto "
        "negrito vet formaat формат* жирн* fetstil biçim* प्रारूप فورماट بصيغة بتنسيق صيغة 형식* 굵게 "
        "格式 形式 太字 プレーン コード"
    ),
    "table": (
        "table* tabelle* tableau* tabla* tabella* tabela* tabel* таблиц* tabell* tablo* तालिका* टेबल "
        "جدول 표로 표 表格 表 column* spalte* colonne* columna* colonn* coluna* kolom* kolumn* столбц* "
        "kolon* sütun* कॉलम أعمدة 열 列"
    ),
    "list": (
        "list* bullet* liste* stichpunkte* lista* elenc* lijst* opsomming lijstje listy список* списк* "
        "lista punktlista liste* madde* सूची قائمة 목록 列表 清单 リスト 箇条書き 번호 numbered "
        "nummeriert* numérot* numerad* numerat* genummerd"
    ),
    "language": (
        "english french spanish german italian portuguese dutch russian chinese mandarin japanese "
        "korean arabic hindi turkish polish swedish latin greek ukrainian czech british american "
        "deutsch* englisch* französisch* spanisch* anglais français allemand espagnol italien inglés "
        "español francés alemán italiano inglese francese tedesco spagnolo inglês português francês "
        "engels nederlands duits frans polsku angielsku niemiecku русском английском по-русски "
        "по-английски svenska engelska tyska türkçe ingilizce हिंदी हिन्दी अंग्रेजी بالعربية الإنجليزية "
        "العربية 한국어* 영어* 中文 英文 英语 日语 日本語 英語"
    ),
    "write": (
        "write draft compose create make generate build design plan craft produce come invent implement "
        "prepare sketch schreib* verfass* erstell* entwirf formulier* mach plane écris écrivez rédige* "
        "crée* fais invente prépare escribe redacta crea haz inventa prepara diseña scrivi crea fai "
        "prepara escreva escreve crie faça monte prepare schrijf maak bedenk napisz stwórz zrób ułóż "
        "przygotuj напиши* составь* сделай придумай* skriv skapa gör yaz yazın hazırla oluştur लिखो "
        "लिखें लिखिए बनाओ बनाएं اكتب أنشئ اصنع 써줘 작성* 만들어* 써 写 寫 编写 生成 制定 书い 書い "
        "作っ 作成 "
        "kirjoita laadi tee viết soạn andika tunga napiš vytvoř склади напиши tulis buatlah buat lav írj "
        "készíts scrie compune γράψε بنویس লেখো লিখুন เขียน כתוב כתבי"
    ),
    "edit": (
        "translate summari* rewrite rephrase fix correct shorten turn convert extract classify sort "
        "edit proofread paraphrase simplify condense improve tl;dr tldr review refactor übersetz* fass* "
        "korrigier* kürz* wandle ordne* tradui* résum* corrige* réécri* raccourci* traduce traduzca "
        "resume resumir corrige reescribe riassum* traduci correggi riscrivi traduz* resum* corrija "
        "reescreva vertaal vat verbeter herschrijf przetłumacz streść popraw skróć перевед* сократ* "
        "исправ* перепиши översätt sammanfatta rätta çevir özetle düzelt अनुवाद सारांश ترجم لخص صحح حول "
        "번역* 요약* 고쳐* 바꿔* 翻译 翻譯 总结 改写 訳し 要約 直し "
        "käännä tiivistä korjaa dịch tóm sửa tafsiri fupisha přelož shrň oprav переклади стисни "
        "terjemahkan ringkas oversæt oversett fordítsd foglald tradu rezumă μετάφρασε ترجمه অনুবাদ แปล "
        "สรุป תרגם"
    ),
    "give": (
        "give list name show tell suggest provide output return print state find pick add put mark rank "
        "number label quote cite gib nenne liste zeig* sag füge hänge markiere begründe donne* liste "
        "cite montre indique ajoute termine da dame enumera indica añade nombra cita menciona dai "
        "elenca indica aggiungi cita dê dá liste cite indique acrescente geef noem zet voeg podaj "
        "wymień dodaj zaznacz назови* дай* укажи* добавь* перечисли ge lista nämn lägg ver listele "
        "belirt ekle söyle दो बताओ बताइए दें جوड़ो أعط اذكر أضف قدم 알려* 제시* 추가* 붙여* 给出 列出 "
        "加上 附上 标注 挙げ 付け 加え 示し 教え "
        "anna luettele kerro selitä nimeä cho kể liệt giải toa eleza taja orodhesha uveď vyjmenuj "
        "vysvětli поясни назви berikan sebutkan jelaskan giv forklar gi adj sorolj magyarázd dă explică "
        "enumeră δώσε εξήγησε توضیح দাও ব্যাখ্যা อธิบาย บอก הסבר תן"
    ),
    "include": (
        "include including mention use using contain* cover call refer with incorporate consist* "
        "feature have has verwende nutze benutze erwähne mit enthalte* utilise* avec mentionne* inclu* "
        "contient usa usando con incluye menciona contenga usa con includi menziona use usando com "
        "inclua mencione gebruik met noem użyj użyciem z ze wspomnij zawieraj* используй* с со упомяни* "
        "включи* använd med nämn inkludera kullan* ile içersin geçsin साथ इस्तेमाल उपयोग शामिल استخدم "
        "مع تضمن اذكر يتضمن 사용* 포함* 넣어* 使用 用 包含 包括 提到 带 使っ 含め 入れ 用い "
        "käytä mainitse dùng nêu tumia taja použij zmiň використ* gunakan sertakan brug nævn bruk nevn "
        "használ* folosește menționează"
    ),
    "keep": (
        "keep leave preserve maintain retain change stay stick behalte lass* bewahre garde* conserve* "
        "laisse* mantén conserva deja mantieni lascia mantenha deixe conserve houd behoud laat zachowaj "
        "zostaw сохран* оставь* behåll lämna koru bırak रखो रखें रखना حافظ أبق اترك 유지* 남겨 保留 "
        "保持 残し 保っ"
    ),
    "answer": (
        "answer reply respond response output result antwort* réponse répond* respuesta respond* "
        "rispost* rispond* respost* antwoord* odpowied* ответ* svar* cevap* yanıt* जवाब उत्तर أجب "
        "الجواب الإجابة 답* 대답* 回答 答え 回复 答"
    ),
    "start": (
        "start* begin* open* first top beginn* anfang erste* commence* début premi* empiez* comienz* "
        "empez* primer* inizi* prim* comec* começ* begin* eerste zacz* zaczyn* początk* pierwsz* начин* "
        "начни* перв* börja* först* başla* ilk शुरू पहले पहला ابدأ تبدأ البداية 시작* 첫 先 开头 首先 "
        "始め 冒頭 最初"
    ),
    "end": (
        "end* finish* close* conclu* last final* bottom ende* schluss am letzte* schließ* fin finis* "
        "termin* derni* acab* última último final* chiud* ultim* fine termin* últim* eind* laatste "
        "sluit końc* ostatni* zakończ* конц* закончи* заверш* последн* slut* avsluta sist* bitir* son "
        "sonunda अंत आखिर* نهاية النهاية اختم أنه آخر 끝* 마지막* 마무리 最后 结尾 末 最後 終わ 締め"
    ),
    "each": (
        "each every per all both either jede* jeweils pro alle* chaque chacun* par tous toutes cada "
        "todos todas ogni ciascun* tutti cada todos elk* ieder* per każd* wszystk* кажд* все всех varje "
        "alla her bütün हर प्रत्येक सभी كل لكل 각* 마다 모든 每 各 ごと すべて 全"
    ),
    "only": (
        "only just solely nothing nur bloß lediglich ausschließlich seulement uniquement que juste solo "
        "solamente sólo únicamente soltanto solamente só apenas somente alleen slechts enkel tylko "
        "wyłącznie только лишь bara endast sadece yalnızca केवल सिर्फ बस فقط إلا 만 뿐 오직 只 仅 只要 "
        "だけ のみ "
        "vain ainoastaan chỉ tu pekee pouze jen лише тільки hanya kun csak doar numai μόνο শুধু เท่านั้น "
        "רק"
    ),
    "order": (
        "sort* order* alphabetical* chronological* ascending descending rank* oldest newest sequence "
        "reihenfolge sortier* alphabetisch chronologisch trié* classé* ordre alphabétique orden* "
        "alfabétic* ordinat* ordem alfabetic* volgorde gesorteerd alfabetisch kolejno* posortuj "
        "alfabetycz* порядк* отсортир* алфавит* убыван* sorterad* ordning sırala* sırayla alfabetik "
        "क्रम ترتيب مرتب* أبجدي* 순서* 순으로 정렬* 순 排序 顺序 按 順 順番"
    ),
    "tone": (
        "tone style voice mood formal* informal casual friendly professional humorous funny witty "
        "polite* warm playful neutral sarcastic serious ton* stil locker freundlich* höflich* sachlich* "
        "förmlich* humorvoll duzen siezen sie du lustig ton style formel* amical* poli* chaleureux "
        "humour tutoie* vouvoie* tono estilo formal amable cercano tuteo usted humor tono stile formale "
        "amichevole cortese caldo tu lei tom estilo informal amigável educado toon vriendelijk* "
        "zakelijk* formeel ton* styl* formaln* przyjazn* uprzejm* тон* стил* вежлив* дружелюбн* "
        "официальн* ton* vänlig* formell* artig üslup* resmi samimi nazik लहजा स्वर विनम्र औपचारिक "
        "दोस्ताना نبرة أسلوب لهجة رسمي* ودية ودود 말투* 어조 존댓말* 반말* 정중* 친근* 语气 口吻 风格 "
        "正式 敬語 丁寧 調 口調 "
        "sävy* muodollinen kohtelias giọng lịch rasmi heshima formální zdvořil* ввічлив* sopan høflig "
        "udvarias politicos ευγενικ* মার্জিত สุภาพ מנומס"
    ),
    "audience": (
        "child* kid* beginner* layman* laymen grader* student* grandma* grandmother* expert* year-old* "
        "teenager* non-technical audience novice* kind* anfänger* laien oma schüler* enfant* débutant* "
        "grand-mère niño* niña principiante* abuel* bambin* principiant* nonn* criança* iniciante* avó "
        "kind* kinderen beginner* oma dzieck* dzieci laik* babci* детям ребёнк* ребенк* новичк* бабушк* "
        "barn nybörjar* çocuk* बच्चे बच्चों बच्चा مبتدئ* طفل أطفال للأطفال 어린이* 초보* 아이* 孩子 "
        "小学生 初学者 子ども 子供 初心者 小学 "
        "lapselle lapsille aloittelijalle trẻ em watoto mtoto dětem děti дітям anak-anak børn gyerek* "
        "copii copil παιδί بچه শিশু* เด็ก ילדים ילד"
    ),
    "unit-of-world": (
        "hour* day* week* month* year* minute* euro* eur usd dollar* kg km miles people guests persons "
        "€ $ £ % budget stunde* tage* woche* personen leute heure* jour* semaine* personne* hora* día* "
        "semana* persona* ore giorn* settiman* person* dia* semana* pessoa* uur dagen weken personen "
        "godzin* dni tygodni* osób час* дн* недел* человек timmar dagar veckor personer saat gün hafta "
        "kişi* घंटे दिन हफ्ते लोग लोगों ساعة أيام أسابيع أشخاص 시간 일 명 人 天 小时 周 日 時間"
    ),
    "must": (
        "must should shall need* has have ought required require* make sure ensure muss müssen soll* "
        "darf dürfen doit doivent faut devez debe* tiene* hay deve devono deve devem precisa tem moet* "
        "mag musi* powinn* ma должн* нужно надо måste ska får gerekir gerek olsun olmalı चाहिए होना يجب "
        "ينبغي لازم 해야 합니다 되어야 必须 要 须 要求 べき 必ず ください こと "
        "täytyy pitää phải lazima musí повинен harus skal kell trebuie πρέπει باید হবে ต้อง חייב"
    ),
    "please": (
        "please pls plz bitte svp s'il por favor per favore proszę пожалуйста tack lütfen कृपया من فضلك "
        "请 請 お願い 주세요 부탁"
    ),
    "i": (
        "i i'm i've i'd we we're my our me us ich wir mein* je j'ai nous mon ma yo mi nuestro io noi "
        "mio eu meu minha ik wij mijn ja mój moja я мы мой моя jag vi min ben benim मैं हम मेरा मेरी "
        "मेरे أنا نحن لدي عندي 저는 나는 제 我 我们 私 僕 俺"
    ),
    "they": (
        "he she it they his her their there er sie es il elle ils elles él ella lui lei loro ele ela "
        "hij zij on ona он она они han hon de o वह वे هو هي هم 그 他 她 它 彼 彼女"
    ),
    "be": (
        "is are was were am be been being ist sind war waren est sont était es son está era è sono são "
        "está era zijn was jest są był* är var में है हैं था थे كان يكون 이다 입니다 是 です でした"
    ),
    "question": (
        "what why how who where which when does did can could would was wieso warum wer wie welche* wo "
        "quoi pourquoi comment qui quel* où qué por qué cómo quién cuál* dónde perché come chi quale "
        "dove cosa que porque como quem qual onde wat waarom hoe wie welke co dlaczego jak kto który* "
        "gdzie что почему как кто какой какая где vad varför hur vem vilken ne neden nasıl kim hangi "
        "nerede क्या क्यों कैसे कौन कहाँ ما ماذا لماذا كيف من هل أين متى 왜 뭐 무엇 어떻게 누가 什么 "
        "为什么 怎么 谁 哪 なぜ 何 どう 誰 どこ "
        "mikä mitä miksi miten kuka missä gì sao ai đâu nào nini kwa-nini nani wapi proč kdo kde що чому "
        "як хто apa mengapa bagaimana siapa hvad hvorfor hvordan mi miért hogyan ki ce cum cine τι γιατί "
        "πώς چرا چه কি কেন কীভাবে อะไร ทำไม มה למה איך"
    ),
    "then": (
        "then finally afterwards also plus additionally dann danach zum anschließend außerdem ensuite "
        "puis enfin luego después además poi infine depois então além daarna ook następnie potem oraz "
        "затем потом также sedan också sonra ayrıca फिर बाद ثم كذلك 그리고 그다음 然后 并 再 そして "
        "その後"
    ),
    "code": (
        "function class method variable* variabl* comment* library libraries dependenc* package* "
        "import* test* tests type* types hints python javascript typescript rust java go c bash loop* "
        "recursion stdlib standard error* exit exception* return* parameter* argument* async regex "
        "query funktion klasse kommentar* bibliothek* fonction classe commentaire* función clase "
        "funzione função функци* класс* 函数 関数 함수"
    ),
    "part": (
        "word letter keyword name sentence line paragraph title heading section intro* introduction "
        "conclusion subject greeting postscript caption summary überschrift einleitung betreff anrede "
        "titre sujet título asunto titolo oggetto assunto nagłówek temat заголов* тем* rubrik ämne "
        "başlık konu शीर्षक विषय عنوان موضوع 제목 标题 主题 題 件名 タイトル"
    ),
}

# What the limits themselves are said with; the other classes are of tasks and of those who ask.
_LIMITING = (
    "number most least exact not words sentences lines paragraphs characters items format table list "
    "language keep answer start end each only order tone audience unit-of-world must"
)
_LIMITING_CODES = frozenset(code for code, name in enumerate(_LINES, 1) if name in _LIMITING.split())


class Lexicon:
    """Looks words up; built once, in about two milliseconds."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[int, ...]] = {}
        self.stems: dict[str, tuple[int, ...]] = {}
        self.runs: dict[str, tuple[int, ...]] = {}
        for code, line in enumerate(_LINES.values(), 1):
            for word in line.split():
                table, entry = (self.stems, word[:-1]) if word.endswith("*") else (self.words, word)
                if "\u3040" <= word[0] <= "\ud7ff":
                    table, entry = self.runs, word.rstrip("*")
                table[entry] = (*table.get(entry, ()), code)
        self._heads = frozenset(stem[:3] for stem in self.stems)  # most words begin like no stem

    def limits(self, word: str) -> bool:
        """Limits are said with this word or with a number."""
        return word[:1].isdigit() or not _LIMITING_CODES.isdisjoint(self.classes(word))

    def classes(self, word: str) -> tuple[int, ...]:
        """Codes of the classes that a word belongs to, empty for most words."""
        found = self.words.get(word)
        if found is not None:
            return found
        if "\u3040" <= word[0] <= "\ud7ff":
            return self._in_run(word)
        if word[:3] not in self._heads:
            return ()
        for size in range(min(len(word), 9), 2, -1):
            found = self.stems.get(word[:size])
            if found is not None:
                return found
        return ()

    def _in_run(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        for start in range(min(len(word), 20)):
            for size in (1, 2, 3):
                found += self.runs.get(word[start : start + size], ())
        return tuple(dict.fromkeys(found))


@cache
def lexicon() -> Lexicon:
    return Lexicon()
